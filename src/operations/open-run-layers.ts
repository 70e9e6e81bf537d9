import type { Cache } from '../cache/cache.ts';
import { openCache } from '../cache/open-cache.ts';
import { openTemp } from '../transport/temp.ts';
import type { Session } from './session.ts';

/** Bytes on disk, decompressed: the base images of many others fit. */
const MAX_SIZE = 2 * 1024 ** 3;

/**
 * Where the images of a run keep layers that they have read, so that those that share one read it once. Where there is a
 * cache it does that; else it is a folder for temporary files of the run. `undefined` where that cannot be made.
 */
export const openRunLayers = async (session: Session): Promise<Cache | undefined> => {
  if (session.cache) return undefined;
  const folder = session.temp.file('run-layers');
  const layers = await openCache({ folder, openPartial: openTemp, maxSize: MAX_SIZE });
  return layers && session.add(layers);
};
