import { isDigest, type Digest } from '../oci/digest.ts';

/**
 * Since when tags have had their digests, as far as earlier looks can tell. The time in an image's config is what its
 * builder wrote there, and an attacker writes what he likes; that a tag had another digest an hour ago is certain.
 */
export interface Seen {
  /**
   * Notes what a tag has now; no digest where there is no such tag. Resolves with the last time, in milliseconds since
   * 1970, at which it was looked for and was not there: the image is no older. `undefined` where it has been there ever since.
   */
  readonly look: (
    source: string,
    digest: Digest | undefined,
    now: number,
  ) => Promise<number | undefined>;
  /** Notes all tags that a repository has; to be called before a look at one that was found so. */
  readonly list: (repository: string, tags: Iterable<string>, now: number) => Promise<void>;
  /** Writes down what was noted. What a run that is killed has noted is lost, and no image gets older by that. */
  readonly close: () => Promise<void>;
}

/** A tag whose digest can be remembered. */
export interface SeenName {
  readonly repository: string;
  readonly tag: string;
}

/**
 * `docker://HOST:PORT/app:1.0` is the tag `1.0` of `docker://HOST:PORT/app`. `undefined` for what has no tag, or a digest
 * as well, and for a digest that is none.
 */
export const seenName = (source: string, digest: Digest | undefined): SeenName | undefined => {
  const [, repository, tag] = /^([^@]+):([\w.-]{1,128})$/.exec(source) ?? [];
  const isKnown = digest === undefined || isDigest(digest);
  return isKnown && repository !== undefined && tag !== undefined ? { repository, tag } : undefined;
};

/** Tags of a repository that are remembered. One that was dropped counts as new when it is listed again. */
export const MAX_TAGS = 50_000;
