import SemVer from 'semver/classes/semver.js';

/** The version that a tag names. */
export interface TagVersion {
  readonly tag: string;
  readonly version: SemVer;
  /** The numbers that were written: `1.2` and `1.2-alpine` have two. */
  readonly numbers: readonly string[];
  /** What follows them: `-alpine`, or nothing. */
  readonly suffix: string;
}

/**
 * Reads a tag as a version, leniently: with or without `v`, with one to three numbers, with leading zeros
 * as dates have them. `undefined` for all others, such as `latest` or `main-4f2e1a`.
 */
export const versionOf = (tag: string): TagVersion | undefined => {
  const [, dotted = '', suffix = ''] = TAG.exec(tag) ?? [];
  if (dotted === '') return undefined;
  const numbers = dotted.split('.').map((number) => number.replace(/^0+(?=\d)/, ''));
  const [major, minor = '0', patch = '0'] = numbers;
  // A fourth number, or letters behind an underscore, order like a pre-release.
  const rest = suffix.replaceAll(/[^0-9A-Za-z.-]/g, '-').replace(/^[.-]/, '');
  const text = `${major}.${minor}.${patch}${suffix === '' ? '' : `-${rest}`}`;
  const version = parse(text);
  return version && { tag, version, numbers, suffix };
};

/** A letter follows at once only after a dot, as in `3.13.0rc1`: `4f2e1a` is a commit. */
const TAG = /^v?(\d+(?:\.\d+){0,2})((?:[-_.]|(?<=\.\d+)[a-z]).*)?$/i;

/** Oldest first; tags that name the same version by their own order. */
export const byVersion = (a: TagVersion, b: TagVersion): number =>
  a.version.compare(b.version) || (a.tag < b.tag ? -1 : 1);

const parse = (text: string): SemVer | undefined => {
  try {
    return new SemVer(text, { loose: true });
  } catch {
    return undefined;
  }
};
