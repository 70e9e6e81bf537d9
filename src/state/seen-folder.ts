import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { mergeTags, readSeen, writeSeen, type SeenRepository } from './seen-file.ts';
import { seenName, type Seen } from './seen.ts';

export interface SeenFolderOptions {
  /** Called where what an earlier run wrote cannot be used, or nothing can be written. */
  readonly warn: (message: string) => void;
}

/** What is known in a folder, a file for each repository; it is read when it is asked for. Never throws. */
export const openSeenFolder = (folder: string, { warn }: SeenFolderOptions): Seen => {
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
    look: async (source, digest, now) => {
      const name = seenName(source, digest);
      if (!name) return undefined;
      const { tag } = name;
      const { tags } = repositoryOf(name.repository);
      const known = tags.get(tag);
      const isOther = known !== undefined && known.digest !== null && known.digest !== digest;
      const since = isOther ? known.looked : (known?.since ?? null);
      tags.set(tag, { digest: digest ?? '', looked: now, since });
      return since === null || digest === undefined ? undefined : Math.min(since, now);
    },
    list: async (name, listed, now) => {
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
    close: async () => {
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
