import { createSlots } from '../base/concurrency.ts';
import { ReslimError } from '../base/errors.ts';
import { shortDigest, type Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { ImageTarget, PutOptions, StoredBlob } from '../oci/store.ts';
import { splitContent } from './split-content.ts';

/** A target among others. */
export interface TargetAt<T extends ImageTarget> {
  readonly target: T;
  /** The same for targets that share their blobs: tags of one repository, or of one layout. */
  readonly place: string;
}

/** Several targets that are written at once. */
export interface SeveralTargets<T extends ImageTarget> {
  /** Stores everything in all of them; it cannot be committed. Fails when all of them have failed. */
  readonly blobs: ImageTarget;
  /** Runs an action for each target that has all blobs, one after the other; a failure is noted. */
  readonly forEach: (action: (target: T) => Promise<void>) => Promise<void>;
  /** Why targets failed. The others are not affected. */
  readonly failures: ReadonlyMap<T, unknown>;
}

/**
 * Writes the same blobs to several targets, which are produced once. A target that fails is left out from
 * then on. Of targets that share a place only the first is sent blobs; the others find them there.
 */
export const severalTargets = <T extends ImageTarget>(
  targets: readonly TargetAt<T>[],
): SeveralTargets<T> => {
  const failures = new Map<T, unknown>();
  const places = new Map(targets.toReversed().map(({ target, place }) => [place, target]));
  const leaders = new Set(places.values());
  const stored = new Map<Digest, Descriptor>();
  const had = new Map<Digest, readonly T[]>();
  // Two puts at once could each wait for a target that the other occupies.
  const inTurn = createSlots(1);
  const live = (): T[] => [...leaders].filter((target) => !failures.has(target));
  const fail = (target: T, error: unknown): void => {
    if (error instanceof ReslimError && error.code === 'aborted') throw error;
    failures.set(target, error);
    if (live().length === 0) throw failures.values().next().value;
  };

  const has = async (descriptor: Descriptor): Promise<boolean> => {
    const having: T[] = [];
    for (const target of live()) {
      try {
        if (await target.has(descriptor)) having.push(target);
      } catch (error) {
        fail(target, error);
      }
    }
    had.set(descriptor.digest, having);
    stored.set(descriptor.digest, descriptor);
    return having.length === live().length;
  };

  const put = async (
    content: AsyncIterable<Uint8Array>,
    options: PutOptions,
  ): Promise<StoredBlob> => {
    const having = options.expected && had.get(options.expected.digest);
    const receivers = live().filter((target) => !having?.includes(target));
    const results = await putAll(receivers, content, options);
    for (const [at, result] of results.entries())
      if (result.status === 'rejected') fail(receivers[at] as T, result.reason);
    const blob = results.find((result) => result.status === 'fulfilled')?.value;
    if (blob) stored.set(blob.digest, { mediaType: options.mediaType, ...blob });
    return (blob ?? options.expected) as StoredBlob;
  };

  const forEach = async (action: (target: T) => Promise<void>): Promise<void> => {
    for (const { target, place } of targets) {
      const leader = places.get(place) as T;
      if (failures.has(leader)) failures.set(target, failures.get(leader));
      if (failures.has(target)) continue;
      try {
        if (target !== leader) await findAll(target, [...stored.values()]);
        await action(target);
      } catch (error) {
        fail(target, error);
      }
    }
  };

  const name = targets.map(({ target }) => target.name).join(', ');
  const commit = (): Promise<void> =>
    Promise.reject(new Error('each target is committed for itself'));
  const close = async (): Promise<void> => {};
  const blobs: ImageTarget = {
    name,
    // One image for all of them has to be what the strictest takes.
    isOciOnly: targets.some(({ target }) => target.isOciOnly),
    has,
    put: (...of) => inTurn(() => put(...of)),
    commit,
    close,
  };
  return { blobs, forEach, failures };
};

/** Rejects where the content itself fails, which is no fault of a target. */
const putAll = async (
  targets: readonly ImageTarget[],
  content: AsyncIterable<Uint8Array>,
  options: PutOptions,
): Promise<readonly PromiseSettledResult<StoredBlob>[]> => {
  let failure: { readonly error: unknown } | undefined;
  const watched = watchFailure(content, (error) => (failure = { error }));
  const parts = splitContent(watched, targets.length);
  const results = await Promise.allSettled(
    targets.map(async (target, at) => {
      const part = parts[at] as AsyncIterableIterator<Uint8Array>;
      try {
        return await target.put(part, { ...options, isSplit: targets.length > 1 });
      } finally {
        await part.return?.();
      }
    }),
  );
  if (failure) throw failure.error;
  return results;
};

async function* watchFailure(
  content: AsyncIterable<Uint8Array>,
  onFailure: (error: unknown) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* content;
  } catch (error) {
    onFailure(error);
    throw error;
  }
}

/** Has a target take note of the blobs that another one has brought to its place. */
const findAll = async (target: ImageTarget, blobs: readonly Descriptor[]): Promise<void> => {
  for (const blob of blobs) {
    if (await target.has(blob)) continue;
    const what = `${shortDigest(blob.digest)} was not found again, ${target.name}`;
    throw new ReslimError('io', what, { hint: 'run it once more' });
  }
};
