import { deserialize } from 'node:v8';
import type { Cache, CacheKind } from '../cache/cache.ts';

/** A value that an earlier run serialized into the cache; `undefined` where there is none that can be read. */
export const readKept = async <Value>(
  cache: Cache,
  kind: CacheKind,
  key: string,
): Promise<Value | undefined> => {
  const stored = await cache.get(kind, key);
  try {
    return stored && (deserialize(stored) as Value);
  } catch {
    // A newer version of Node wrote it.
    return undefined;
  }
};
