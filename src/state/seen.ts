import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDigest, type Digest } from '../oci/digest.ts';
import { mergeTags, readSeen, writeSeen, type SeenRepository } from './seen-file.ts';

/**
 * Since when tags have had their digests, as far as earlier looks can tell. The time in an image's config is what its
 * builder wrote there, and an attacker writes what he likes; that a tag had another digest an hour ago is certain.
 */
export interface Seen {
  /**
   * Notes what a tag has now; no digest where there is no such tag. Returns the last time, in milliseconds since 1970, at
   * which it was looked for and was not there: the image is no older. `undefined` where it has been there ever since.
   */
  readonly look: (source: string, digest: Digest | undefined, now: number) => number | undefined;
  /** Notes all tags that a repository has; to be called before a look at one that was found so. */
  readonly list: (repository: string, tags: Iterable<string>, now: number) => void;
  /** Writes down what was noted. What a run that is killed has noted is lost, and no image gets older by that. */
  readonly close: () => void;
}

export interface SeenOptions {
  /** Called where what an earlier run wrote cannot be used, or nothing can be written. */
  readonly warn: (message: string) => void;
}

/** What is known in a folder, a file for each repository; it is read when it is asked for. Never throws. */
export const openSeen = (folder: string, { warn }: SeenOptions): Seen => {
  const repositories = new Map<string, SeenRepository>();

  const repositoryOf = (name: string): SeenRepository => {
    let known = repositories.get(name);
    if (!known) {
      known = readSeen(pathOf(folder, name), { name, warn }) ?? { listed: null, tags: new Map() };
      repositories.set(name, known);
    }
    return known;
  };

  return {
    look: (source, digest, now) => {
      const { repository, tag } = splitName(source);
      if (tag === '' || (digest !== undefined && !isDigest(digest))) return undefined;
      const { tags } = repositoryOf(repository);
      const known = tags.get(tag);
      const isOther = known !== undefined && known.digest !== null && known.digest !== digest;
      const since = isOther ? known.looked : (known?.since ?? null);
      tags.set(tag, { digest: digest ?? '', looked: now, since });
      return since === null || digest === undefined ? undefined : Math.min(since, now);
    },
    list: (name, listed, now) => {
      const repository = repositoryOf(name);
      const before = repository.tags;
      repository.tags = new Map();
      for (const tag of listed)
        repository.tags.set(
          tag,
          before.get(tag) ?? { digest: null, looked: now, since: repository.listed },
        );
      repository.listed = now;
    },
    close: () => {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        for (const [name, repository] of repositories) {
          const path = pathOf(folder, name);
          // Another run may have looked meanwhile.
          const theirs = readSeen(path, { name, warn: () => {} });
          writeSeen(path, name, theirs ? mergeTags(repository, theirs) : repository);
        }
        removeOldest(folder);
      } catch (error) {
        warn(`when images appeared is not kept: ${(error as Error).message}`);
      }
      repositories.clear();
    },
  };
};

const pathOf = (folder: string, name: string): string =>
  join(folder, `${createHash('sha256').update(name).digest('hex')}.json`);

/** `docker://HOST:PORT/app:1.0` is the tag `1.0` of `docker://HOST:PORT/app`; without a tag, or with a digest, it is no tag. */
const splitName = (source: string): { readonly repository: string; readonly tag: string } => {
  const [, repository = '', tag = ''] = /^([^@]+):([\w.-]{1,128})$/.exec(source) ?? [];
  return { repository, tag };
};

/** Repositories that are remembered; those that were not looked at for longest go. */
const MAX_REPOSITORIES = 20_000;

const removeOldest = (folder: string): void => {
  const names = readdirSync(folder);
  if (names.length <= MAX_REPOSITORIES) return;
  const paths = names.map((name) => join(folder, name));
  const times = new Map(
    paths.map((path) => [path, statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0]),
  );
  const byTime = paths.sort((a, b) => (times.get(b) as number) - (times.get(a) as number));
  for (const path of byTime.slice(MAX_REPOSITORIES)) rmSync(path, { force: true });
};
