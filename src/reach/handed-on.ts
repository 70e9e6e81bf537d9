import type { Language } from '../graph/sources/language.ts';
import { FUNCTIONS, NAME, STARTERS, STARTERS_LOADED, escaped, starterNames } from './own-sites.ts';

/**
 * Positions where a source has a function that starts programs, or a module of such, and does not call it there: it gives it
 * to others (`new Runner(spawn)`, `exports.run = cp.exec`, `map(subprocess.call, lines)`), calls it in a roundabout way
 * (`cp.exec.apply(cp, args)`), or has it by a name that is made up (`getattr(os, name)`).
 */
export const handedOn = ({ name }: Language, text: string): number[] => {
  if (name === 'script') return MENTIONS_STARTERS.test(text) ? handedOnInScript(text) : [];
  return name === 'python' ? handedOnInPython(text) : [];
};

const MENTIONS_STARTERS = new RegExp(STARTERS);

const handedOnInScript = (text: string): number[] => {
  const { namespaces, functions, spaces } = starterNames(text);
  const loaded = blank(text, [/\/\*[^]*?\*\//g, /(?<=^|[\s;{}),])\/\/[^\n]*/gm]);
  const declared = blank(
    loaded,
    [...STARTERS_LOADED.namespaces, ...STARTERS_LOADED.members].map(notOfOthers),
  );
  const code = blank(declared, [/(["'])(?:(?!\1)[^\\\n]|\\.)*\1/g]);
  const own = [...functions.keys()].map(escaped).join('|');
  const named = namespaces.map(escaped).join('|');
  const found = (within: string, pattern: string): number[] =>
    [...within.matchAll(new RegExp(pattern, 'g'))].flatMap(({ index }) =>
      isRenaming(within, index) ? [] : [index],
    );
  return [
    // Modules by themselves, and members of them.
    ...found(
      declared,
      String.raw`\b(?:require|import|getBuiltinModule)\(\s{0,4}${STARTERS}\s{0,4}\)(?!\s{0,4}\)?\s{0,4}\??[.[])`,
    ),
    ...found(
      declared,
      String.raw`(?:${spaces})\s{0,4}\??\.\s{0,4}${FUNCTIONS}\b(?!\s{0,4}\)?\??\.?\()`,
    ),
    ...(own === ''
      ? []
      : found(
          code,
          String.raw`(?<![.\w$])(?:${own})(?![\w$]|\s{0,4}\)?\s{0,4}\(|\s{0,4}(?::|=[^=]))`,
        )),
    ...(named === ''
      ? []
      : found(code, String.raw`(?<![.\w$])(?:${named})(?![\w$]|\s{0,4}(?:\??[.[]|[:(]|=[^=]))`)),
  ];
};

/** What becomes a member of something else, others have: `exports.run = require('child_process')`. */
const notOfOthers = ({ source, flags }: RegExp): RegExp =>
  new RegExp(String.raw`(?<!\.\s{0,4})${source}`, flags);

/** `const run = promisify(`, `const { spawn } =`: the source has another name for it from here on, unless others get that. */
const isRenaming = (text: string, at: number): boolean =>
  RENAMING.test(text.slice(Math.max(0, at - 160), at));

const RENAMING = new RegExp(
  String.raw`(?:(?<!\.\s{0,4})${NAME}\s{0,4}=\s{0,4}(?:[\w$.]{0,40}promisify\(\s{0,4})?|\}\s{0,4}=\s{0,4}|\btypeof\s{1,4})$`,
);

const handedOnInPython = (text: string): number[] => {
  const loaded = blank(text, [/(?<=^|\s)#[^\n]*/gm]);
  const code = blank(loaded, [
    /^[ \t]*(?:from[ \t]+[\w.]+[ \t]+)?import[ \t]+(?:\([^)]{1,500}\)|[^\n(]+)/gm,
    /("""|''')[^]*?\1/g,
    /(["'])(?:(?!\1)[^\\\n]|\\.)*\1/g,
  ]);
  const found = (within: string, pattern: RegExp): number[] =>
    [...within.matchAll(pattern)].map(({ index }) => index);
  const modules = moduleNames(text, 'subprocess');
  const systems = moduleNames(text, 'os');
  const both = [...modules, ...systems, 'subprocess', 'os', 'posix'].join('|');
  return [
    ...found(loaded, new RegExp(String.raw`\bgetattr\(\s*(?:${both})\s*,(?!\s*["'])`, 'g')),
    ...found(
      loaded,
      new RegExp(String.raw`\bgetattr\(\s*(?:${both})\s*,\s*["'](?:${CALLED}|${SYSTEM})["']`, 'g'),
    ),
    ...found(
      code,
      new RegExp(String.raw`\bvars\(\s*(?:${both})\s*\)|(?<![\w.])(?:${both})\.__dict__`, 'g'),
    ),
    ...found(
      code,
      new RegExp(
        String.raw`(?<![\w.])(?:${[...modules, 'subprocess'].join('|')})\.(?:${CALLED})(?!\w|\s*\(|\[)`,
        'g',
      ),
    ).filter((at) => !isOfType(code, at)),
    ...found(
      code,
      new RegExp(
        String.raw`(?<![\w.])(?:${[...systems, 'os'].join('|')})\.(?:${SYSTEM})(?!\w|\s*\()`,
        'g',
      ),
    ),
    ...found(code, /\bcreate_subprocess_(?:exec|shell)(?!\w|\s*\()/g),
    ...functionNames(text)
      .flatMap((own) =>
        found(code, new RegExp(String.raw`(?<![.\w])${own}(?!\w|\s*[(:[]|\s*=[^=])`, 'g')),
      )
      .filter((at) => !isOfType(code, at)),
  ];
};

const CALLED = 'run|call|Popen|check_output|check_call|getoutput|getstatusoutput';
const SYSTEM = 'system|popen|exec[lv]p?e?|spawn[lv]p?e?|posix_spawnp?';

/** A class that an annotation or a test of types names. */
const isOfType = (text: string, at: number): boolean =>
  /(?:->\s*|\w\s*:\s*|isinstance\([^()\n]*,\s*\(?|\bexcept\s+|\|\s*)$/.test(
    text.slice(Math.max(0, at - 80), at),
  );

const moduleNames = (text: string, module: string): string[] =>
  [
    ...text.matchAll(new RegExp(String.raw`^[ \t]*import[ \t]+${module}[ \t]+as[ \t]+(\w+)`, 'gm')),
  ].map(([, own = '']) => own);

/** Names that a source has for functions of these modules. */
const functionNames = (text: string): string[] =>
  [
    ...text.matchAll(
      /^[ \t]*from[ \t]+(?:subprocess|os|posix)[ \t]+import[ \t]+(?:\(([^)]{1,500})\)|([^\n(#]+))/gm,
    ),
  ]
    .flatMap(([, inside = '', line = '']) =>
      (inside || line).split(',').flatMap((item) => {
        const [, called = '', own = called] = /^\s*(\w+)(?:\s+as\s+(\w+))?/.exec(item) ?? [];
        return new RegExp(`^(?:${CALLED}|${SYSTEM})$`).test(called) ? [own] : [];
      }),
    )
    .slice(0, MAX_NAMES);

const MAX_NAMES = 20;

/** The text with all that fits replaced by blanks, so that places stay where they are. */
const blank = (text: string, patterns: readonly RegExp[]): string =>
  patterns.reduce(
    (before, pattern) => before.replaceAll(pattern, (found) => found.replaceAll(/[^\n]/g, ' ')),
    text,
  );
