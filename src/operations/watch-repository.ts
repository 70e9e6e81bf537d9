import type { LogEntry, WatchedRepository } from '../api/exporter.ts';
import type { NetworkOptions } from '../api/options.ts';
import type { LeftOutTag } from '../api/trend.ts';
import type { createSlots } from '../base/concurrency.ts';
import { ReslimError } from '../base/errors.ts';
import { newState, type WatchState } from '../exporter/watched.ts';
import type { Digest } from '../oci/digest.ts';
import { parsePlatform } from '../oci/platform.ts';
import type { TaggedRepository } from '../transport/registry/tagged-repository.ts';
import { selectTags } from '../tags/select-tags.ts';
import { tagFilter } from '../tags/tag-filter.ts';
import type { ImageSummary } from '../trend/summarize-image.ts';
import { listTags } from './list-tags.ts';
import { openRepositoryNamed, parseRepository } from './open-repository.ts';
import { readTags } from './read-tags.ts';
import type { Session } from './session.ts';

export interface Watch {
  readonly state: WatchState;
  /** Looks at the repository once. What fails is logged and counted; it does not reject. */
  readonly look: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface WatchOptions {
  readonly session: Session;
  readonly network: NetworkOptions | undefined;
  /** Bounds what is asked for at once, together with other repositories. */
  readonly slots: ReturnType<typeof createSlots>;
  readonly onLog: (entry: LogEntry) => void;
}

/** Tags that match, of those how many. */
const DEFAULT_NEWEST = 10;

/** Prepares to watch a repository; nothing is sent yet. Throws `usage` for what is no repository, platform or pattern. */
export const watchRepository = (watched: WatchedRepository, options: WatchOptions): Watch => {
  const { session, onLog } = options;
  const { registry, repository } = parseRepository(watched.name);
  const platform = watched.platform === undefined ? undefined : parsePlatform(watched.platform);
  tagFilter(watched.match ?? []);
  const state = newState({ registry, repository, labels: watched.labels ?? {} });
  let opened: TaggedRepository | undefined;
  let known = new Map<Digest, Promise<readonly ImageSummary[]>>();

  const close = async (): Promise<void> => {
    const closing = opened;
    opened = undefined;
    await closing?.close();
  };
  const log = (level: LogEntry['level'], message: string, fields: LogEntry['fields'] = {}): void =>
    onLog({ level, message, fields: { registry, repository, ...fields } });

  const lookNow = async (): Promise<readonly LeftOutTag[]> => {
    opened ??= await openRepositoryNamed(watched.name, { ...session, network: options.network });
    const tags = await tagsOf(watched, opened);
    const { read, leftOut } = await readTags(tags, {
      ...options,
      repository: opened,
      platform,
      known,
    });
    const before = new Set(
      state.images.flatMap(({ images }) => images.map(({ digest }) => digest)),
    );
    for (const { tag, images } of read)
      for (const { digest, platform: of, compressedSize } of images)
        if (!before.has(digest))
          log('info', 'new image', { tag, platform: of, digest, size: compressedSize });
    // Of images that no tag leads to any more nothing is kept.
    known = new Map([...known].filter(([digest]) => read.some(({ root }) => root === digest)));
    state.images = read;
    return leftOut;
  };

  const look = async (): Promise<void> => {
    const started = performance.now();
    try {
      const leftOut = await lookNow();
      for (const { tag, reason } of leftOut) log('warn', 'tag not read', { tag, reason });
      state.errors += leftOut.length;
      if (leftOut.length === 0) state.lastSuccess = Date.now() / 1000;
    } catch (error) {
      if (session.signal?.aborted) return;
      state.errors++;
      log('error', 'repository not read', { reason: reasonOf(error) });
      // With another session logins are looked up again: they may have been renewed.
      await close();
    }
    state.duration = (performance.now() - started) / 1000;
    state.looks++;
  };
  return { state, look, close };
};

const tagsOf = async (
  { tags, match, newest = DEFAULT_NEWEST }: WatchedRepository,
  repository: TaggedRepository,
): Promise<readonly string[]> => {
  const named = tags ?? (match ? [] : ['latest']);
  if (!match) return named;
  const selected = selectTags(await listTags(repository), { patterns: match, order: 'version' });
  return [...new Set([...named, ...selected.tags.slice(-newest)])];
};

const reasonOf = (error: unknown): string =>
  error instanceof ReslimError || error instanceof Error ? error.message : String(error);
