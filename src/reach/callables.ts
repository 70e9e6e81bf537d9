import type { Place } from '../graph/place.ts';
import type { Record } from '../graph/record.ts';

/**
 * Functions of PHP that settings or data name, and code calls by such a name. Neither alone says anything: `system` is a
 * word, and frameworks call what they are told.
 * @see https://www.php.net/manual/en/language.types.callable.php
 */
export interface Callables {
  /** Looks for calls by names that are made up, and for names, in code of PHP. */
  readonly addCode: (text: string, isPackage: boolean, placeAt: PlaceAt) => void;
  /** Looks for names in settings of an application. */
  readonly addSettings: (text: string, placeAt: PlaceAt) => void;
  /** Leaves open where a function that starts programs is named, if something calls functions by names. */
  readonly leaveOpen: (record: Record) => void;
}

/** Whether a folder is one of packages that Composer installed. */
export const isOfVendor = (folder: string): boolean => `${folder}/`.includes('/vendor/');

/** Tells of a position in a text where it stands. */
type PlaceAt = (position: number) => Place;

export const newCallables = (): Callables => {
  const names: { readonly place: Place; readonly word: string; readonly isPlain: boolean }[] = [];
  let isCalledByPackage = false;
  let isCalledByOwn = false;
  const addNames = (text: string, pattern: RegExp, placeAt: PlaceAt): void => {
    for (const { index, 0: word, groups = {} } of text.matchAll(pattern)) {
      if (names.length >= MAX_NAMES) return;
      const { key = '', name = '' } = groups;
      const isPlain = DISTINCT.test(name) || CALLING.test(key);
      names.push({ place: placeAt(index + word.lastIndexOf(name)), word: word.trim(), isPlain });
    }
  };
  return {
    addCode: (text, isPackage, placeAt) => {
      if (isPackage) {
        isCalledByPackage ||= callsByName(text);
        return;
      }
      isCalledByOwn ||= callsByName(text);
      addNames(text, IN_CODE, placeAt);
    },
    addSettings: (text, placeAt) => {
      addNames(text, IN_SETTINGS, placeAt);
    },
    leaveOpen: (record) => {
      for (const { place, word, isPlain } of names)
        if (isCalledByOwn || (isCalledByPackage && isPlain))
          record.leaveOpen({ kind: 'starts', place, word, isCovered: false });
    },
  };
};

const MAX_NAMES = 100;

const FUNCTION = String.raw`\\{0,2}(?<name>exec|system|passthru|shell_exec|popen|proc_open|pcntl_exec)`;
const KEY = String.raw`(?<key>[\w.-]{1,60})["']?\]?`;

/** `'filter' => 'exec'`, `$filter = 'exec'`; what is handed on by a name of its own counts elsewhere. */
const IN_CODE = new RegExp(
  String.raw`${KEY}\s{0,8}=>?\s{0,8}(["'])${FUNCTION}\2(?!\s{0,4}(?:=>|\.))`,
  'g',
);

/** `filter: exec`, `"filter": "exec"`, `filter = exec`, `<filter>exec</filter>`, `- exec`. */
const IN_SETTINGS = new RegExp(
  String.raw`(?:(?<![\w.-])${KEY}\s{0,8}[:=>]\s{0,8}\[?\s{0,8}|^[ \t]{0,40}-\s{1,8})["']?${FUNCTION}["']?(?=\s{0,8}(?:[,;\]}<]|$))`,
  'gm',
);

/** Names that are no words. */
const DISTINCT = /_|passthru|popen/;

/** Names of settings whose values somebody calls. */
const CALLING = /call|func|handler|factory|filter|hook|processor|formatter|listener|method/i;

const callsByName = (text: string): boolean => {
  for (const [, name = ''] of text.matchAll(VARIABLE_CALLED))
    if (
      !new RegExp(String.raw`\$${name}\s{0,4}=\s{0,4}(?:static\s{1,4})?(?:function|fn)\b`).test(
        text,
      )
    )
      return true;
  return OTHERS_CALLED.test(text);
};

/** `$filter($line)` */
const VARIABLE_CALLED = /(?<![\w>:$])\$(?!this\b)(\w{1,60})\s{0,4}\(/g;

/** `$settings['filter']($line)`, `($this->filter)($line)`, `call_user_func($filter, $line)` */
const OTHERS_CALLED =
  /\$\w{1,60}(?:->\w{1,60})?\[[^\]\n]{1,80}\]\s{0,4}\(|\(\s{0,4}\$\w{1,60}(?:->\w{1,60}|\[[^\]\n]{1,80}\]){1,4}\s{0,4}\)\s{0,4}\(|\b(?:call_user_func(?:_array)?|forward_static_call(?:_array)?|array_map|register_shutdown_function|ob_start|ReflectionFunction|fromCallable)\(\s{0,4}\$/;
