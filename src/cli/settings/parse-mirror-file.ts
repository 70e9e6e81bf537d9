import { dirname, resolve } from 'node:path';
import type { MirrorEntry } from '../../api/mirror.ts';
import { ReslimError } from '../../base/errors.ts';
import { checkEntries } from '../../mirror/check-entries.ts';
import { checkEntry, type EntryProblem } from '../../mirror/check-entry.ts';
import { canonicalHost, entryHosts } from '../../mirror/entry-hosts.ts';
import { expandVariables } from '../../yaml/expand-variables.ts';
import { readYaml, type YamlDocument } from '../../yaml/yaml-document.ts';
import type { YamlProblem } from '../../yaml/yaml-error.ts';
import { mirrorEntries } from './mirror-entries.ts';
import { mirrorSchema, type MirrorSettingsText, type MirrorText } from './mirror-schema.ts';
import { isNoneAlone, NONE_ALONE } from './read-settings.ts';

/** A mirror file that fits its schema. */
export interface ParsedMirrorFile {
  readonly document: YamlDocument<MirrorText>;
  /** Those that can be read. */
  readonly entries: readonly MirrorEntry[];
  /** Without any, the file can be used. */
  readonly problems: readonly YamlProblem[];
  readonly warnings: readonly YamlProblem[];
}

/**
 * Reads the text of a mirror file; secrets stay where they are. `path` is for messages, and paths in the file are relative
 * to its folder. Throws a `YamlError` where it does not fit the schema.
 */
export const parseMirrorFile = (
  text: string,
  path: string,
  env: NodeJS.ProcessEnv = process.env,
): ParsedMirrorFile => {
  const document = readYaml(text, path, mirrorSchema, {
    expand: (value) => expandVariables(value, env),
  });
  const found = collectProblems(document);
  const { mirrors, defaults = {} } = document.value;
  found.checkSettings(defaults, ['defaults']);
  const entries = mirrors.flatMap((each, at) => {
    found.checkSettings(each, ['mirrors', at]);
    const made = found.reading(at, () => mirrorEntries(each, defaults, dirname(resolve(path))));
    for (const problem of firstOfEach(made.flatMap(checkEntry))) found.add(at, problem);
    return made.map((entry) => ({ entry, at }));
  });
  found.checkHosts();
  if (found.problems.length === 0)
    for (const { at, ...problem } of checkEntries(entries.map(({ entry }) => entry)))
      found.add((entries[at] as { at: number }).at, problem);
  return {
    document,
    entries: entries.map(({ entry }) => entry),
    problems: found.problems,
    warnings: [
      ...found.warnings,
      ...unusedHosts(
        document,
        entries.map(({ entry }) => entry),
      ),
    ],
  };
};

/** Gathers problems of a document with their places. */
const collectProblems = (document: YamlDocument<MirrorText>) => {
  const problems: YamlProblem[] = [];
  const warnings: YamlProblem[] = [];
  const { problemAt, value } = document;
  return {
    problems,
    warnings,
    add: (at: number, { member, message, hint, isWarning }: EntryProblem): void =>
      void (isWarning ? warnings : problems).push(
        problemAt(placeOf(value, at, keyOf(member)), message, hint),
      ),
    checkSettings: ({ slim, copy }: MirrorSettingsText, path: readonly PropertyKey[]): void => {
      if (slim && !isNoneAlone(slim))
        problems.push(problemAt([...path, 'slim', 'profile'], NONE_ALONE));
      if (slim && copy && path[0] === 'defaults')
        problems.push(problemAt([...path, 'slim'], 'no effect beside `copy: true`'));
    },
    checkHosts: (): void => {
      for (const [host, { username, password }] of Object.entries(value.hosts ?? {}))
        if ((username === undefined) !== (password === undefined))
          problems.push(problemAt(['hosts', host], 'username and password belong together'));
    },
    /** Settings such as sizes are read in the end only. */
    reading: <T>(at: number, read: () => T[]): T[] => {
      try {
        return read();
      } catch (error) {
        if (!(error instanceof ReslimError)) throw error;
        problems.push(problemAt(placeOf(value, at, 'slim'), error.message, error.hint));
        return [];
      }
    },
  };
};

/** Where a key of an entry is written: in the entry, in the defaults, or nowhere. */
const placeOf = ({ mirrors, defaults }: MirrorText, at: number, key: string): PropertyKey[] =>
  key in (mirrors[at] ?? {}) || !(key in (defaults ?? {}))
    ? ['mirrors', at, key]
    : ['defaults', key];

/** How the file spells a member of an entry: `minAge` is `min-age`. */
const keyOf = (member: string): string =>
  member.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** A list of sources has the same problem once. */
const firstOfEach = (problems: readonly EntryProblem[]): EntryProblem[] => [
  ...new Map(problems.map((problem) => [`${problem.member} ${problem.message}`, problem])).values(),
];

/** Settings for a host that no entry names are most likely a slip of the pen. */
const unusedHosts = (
  { value, problemAt }: YamlDocument<MirrorText>,
  entries: readonly MirrorEntry[],
): YamlProblem[] => {
  const used = new Set(entries.flatMap(entryHosts));
  return Object.keys(value.hosts ?? {})
    .filter((host) => !used.has(canonicalHost(host)))
    .map((host) => problemAt(['hosts', host], 'no entry names this host'));
};
