import picomatch from 'picomatch';
import Range from 'semver/classes/range.js';
import { ReslimError } from '../base/errors.ts';
import { groupBy } from '../base/group-by.ts';
import { regexTest } from '../base/regular-expression.ts';
import { versionOf } from './tag-version.ts';

/** Which tags were asked for. */
export interface TagFilter {
  readonly accepts: (tag: string) => boolean;
  /** Whether versions with a suffix, such as `1.2.0-alpine`, were asked for in so many words. */
  readonly hasGlobs: boolean;
}

/**
 * Reads what `--tags` says: ranges of versions as npm writes them (`^1.2`, `>=2 <3`), globs (`*-alpine`), regular
 * expressions (`/^v\d+$/`), and globs and expressions to leave out (`!*-rc*`). A tag must fit one of the ranges, if there
 * are any, one of the globs and expressions, if there are any, and none of those to leave out. A range alone takes a
 * version with a suffix only where it names one itself. Throws `usage` for what is none of these.
 */
export const tagFilter = (patterns: readonly string[]): TagFilter => {
  const {
    ranges = [],
    globs = [],
    exclusions = [],
  } = Object.fromEntries([...groupBy(patterns, kindOf)]);
  const hasGlobs = globs.length > 0;
  const fits = ranges.map((text) => new Range(text, { includePrerelease: hasGlobs }));
  const matches = globs.map(nameTest);
  const leavesOut = exclusions.map((pattern) => nameTest(pattern.slice(1)));
  const isInRange = (tag: string): boolean => {
    const version = versionOf(tag)?.version;
    return version !== undefined && fits.some((range) => range.test(version));
  };
  return {
    hasGlobs,
    accepts: (tag) =>
      (ranges.length === 0 || isInRange(tag)) &&
      (!hasGlobs || matches.some((match) => match(tag))) &&
      !leavesOut.some((match) => match(tag)),
  };
};

const nameTest = (pattern: string): ((tag: string) => boolean) =>
  isRegex(pattern) ? regexTest(pattern.slice(1, -1)) : picomatch(pattern, { dot: true });

const kindOf = (pattern: string): 'ranges' | 'globs' | 'exclusions' => {
  if (pattern.trim() === '' || pattern === '!')
    throw new ReslimError('usage', `neither a glob nor a range of versions: "${pattern}"`);
  if (pattern.startsWith('!')) return 'exclusions';
  // npm takes `*` and `v*` for any version; here they are any tag, and any that begins with a v.
  return !/^v?\*$/i.test(pattern) && isRange(pattern) ? 'ranges' : 'globs';
};

/** A tag has no slash, so no glob of tags is written like this. */
const isRegex = (pattern: string): boolean => /^\/.+\/$/s.test(pattern);

const isRange = (text: string): boolean => {
  try {
    return new Range(text).set.length > 0;
  } catch {
    return false;
  }
};
