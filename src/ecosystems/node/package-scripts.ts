import { objectOf, parseObject } from '../../base/json.ts';
import type { PackageScript } from '../ecosystem.ts';

/** Programs that run scripts of package.json by name. */
export const PACKAGE_RUNNERS: readonly string[] = [
  'npm',
  'npx',
  'yarn',
  'yarnpkg',
  'pnpm',
  'bun',
  'run-s',
  'run-p',
];

/** The scripts of a package.json. */
export const readScripts = (text: string): readonly PackageScript[] =>
  Object.entries(objectOf(parseObject(text)?.['scripts'])).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );

/**
 * Command lines of scripts whose names are among the words, and of what npm runs before and after them.
 * @see https://docs.npmjs.com/cli/v10/using-npm/scripts#pre--post-scripts
 */
export const scriptsStartedBy = (
  scripts: Iterable<PackageScript>,
  words: ReadonlySet<string>,
): string[] =>
  [...scripts].flatMap(([name, line]) =>
    words.has(name) || words.has(name.replace(/^(pre|post)/, '')) ? [line] : [],
  );
