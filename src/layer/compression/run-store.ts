import { createHash } from 'node:crypto';
import type { Cache } from '../../cache/cache.ts';

/**
 * Runs are the pieces a layer is compressed in. Each is the same bytes wherever it stands, so that one
 * that was compressed before is taken from the cache: the output is the same, cold or warm.
 */
export interface RunStore {
  readonly cache: Cache;
  /** Called with each run, in order: a key of the cache, or bytes at hand. */
  readonly onRun?: ((run: Run) => void) | undefined;
}

export type Run = { readonly key: string } | { readonly bytes: Uint8Array };

/**
 * Takes a run from the store, or makes it and keeps it. `method` names all that shapes the output
 * beside the input: format, level, version of the library.
 */
export const storedRun = async (
  store: RunStore | undefined,
  method: string,
  input: readonly Uint8Array[],
  make: () => Promise<Buffer>,
): Promise<Buffer> => {
  if (!store) return make();
  const key = runKey(method, input);
  store.onRun?.({ key });
  const kept = await store.cache.get('runs', key);
  if (kept) return kept;
  const made = await make();
  await store.cache.put('runs', key, made);
  return made;
};

const runKey = (method: string, input: readonly Uint8Array[]): string => {
  const hash = createHash('sha256');
  for (const part of input) hash.update(part);
  return `${method} ${hash.digest('hex')}`;
};
