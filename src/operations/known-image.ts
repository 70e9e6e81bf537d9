import { deserialize, serialize } from 'node:v8';
import type { Cache } from '../cache/cache.ts';
import type { Image } from '../oci/image.ts';
import type { WrittenImage } from '../write/write-image.ts';
import type { WrittenLayer } from '../write/write-layer.ts';
import type { ImageReport } from '../api/results.ts';

/** All that is said and written of an image, kept for the next time it is asked for in the same words. */
export interface KnownImage {
  readonly written: WrittenImage;
  readonly report: ImageReport;
  readonly notes: readonly string[];
}

/** `asked` names all that shapes the outcome beside the image. */
export const knownImageKey = (image: Image, asked: unknown): string =>
  JSON.stringify([image.document.descriptor.digest, asked]);

export const recallImage = async (cache: Cache, key: string): Promise<KnownImage | undefined> => {
  const stored = await cache.get('images', key);
  try {
    return stored && (deserialize(stored) as KnownImage);
  } catch {
    // A newer Node wrote it.
    return undefined;
  }
};

/** An image with layers that are not in the cache is not kept. */
export const rememberImage = async (
  cache: Cache,
  key: string,
  known: KnownImage,
): Promise<void> => {
  if (known.written.layers.every(isKept)) await cache.put('images', key, serialize(known));
};

const isKept = ({ carried, runs }: WrittenLayer): boolean => carried || runs !== undefined;
