import { join } from 'node:path';
import type { Cache } from '../../src/cache/cache.ts';
import { openCache } from '../../src/cache/open-cache.ts';
import { openTemp } from '../../src/transport/temp.ts';

/** Opens a cache in a folder of a test; close it when what it writes should be there. */
export const newCache = async (folder: string, maxSize?: number): Promise<Cache> => {
  const cache = await openCache({ folder: join(folder, 'reslim'), openPartial: openTemp, maxSize });
  if (!cache) throw new Error(`no cache in ${folder}`);
  return cache;
};
