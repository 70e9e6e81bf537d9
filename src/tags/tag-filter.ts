import picomatch from 'picomatch';
import Range from 'semver/classes/range.js';
import { ReslimError } from '../base/errors.ts';
import { groupBy } from '../base/group-by.ts';
import { versionOf } from './tag-version.ts';

/** Which tags were asked for. */
export interface TagFilter {
  readonly accepts: (tag: string) => boolean;
  /** Whether versions with a suffix, such as `1.2.0-alpine`, were asked for in so many words. */
  readonly hasGlobs: boolean;
}

/**
 * Reads what `--tags` says: ranges of versions as npm writes them (`^1.2`, `>=2 <3`), globs (`*-alpine`), and globs to
 * leave out (`!*-rc*`). A tag must fit one of the ranges, if there are any, one of the globs, if there are any, and
 * none of those to leave out. A range alone takes a version with a suffix only where it names one itself.
 */
export const tagFilter = (patterns: readonly string[]): TagFilter => {
  const {
    ranges = [],
    globs = [],
    exclusions = [],
  } = Object.fromEntries([...groupBy(patterns, kindOf)]);
  const hasGlobs = globs.length > 0;
  const fits = ranges.map((text) => new Range(text, { includePrerelease: hasGlobs }));
  const matches = globs.map((glob) => picomatch(glob, { dot: true }));
  const leavesOut = exclusions.map((glob) => picomatch(glob.slice(1), { dot: true }));
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

const kindOf = (pattern: string): 'ranges' | 'globs' | 'exclusions' => {
  if (pattern.trim() === '' || pattern === '!')
    throw new ReslimError('usage', `neither a glob nor a range of versions: "${pattern}"`);
  if (pattern.startsWith('!')) return 'exclusions';
  // npm takes it for any version; here it is any tag.
  return pattern !== '*' && isRange(pattern) ? 'ranges' : 'globs';
};

const isRange = (text: string): boolean => {
  try {
    return new Range(text).set.length > 0;
  } catch {
    return false;
  }
};
