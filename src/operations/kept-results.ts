import { serialize } from 'node:v8';
import type { ImageReport } from '../api/results.ts';
import type { Cache } from '../cache/cache.ts';
import type { OutputPiece } from '../codec/block-store.ts';
import type { Image } from '../oci/image.ts';
import type { WrittenImage } from '../write/write-image.ts';
import { readKept } from './read-kept.ts';

/** The whole outcome of slimming one image, kept for the next run with the same input. */
export interface ImageResult {
  readonly written: WrittenImage;
  /** With the option `complement`: what was written beside it, on the same layers. */
  readonly whole: WrittenImage | undefined;
  /** What each layer that was compressed consists of, by its position in the new image, or in the one beside it. */
  readonly pieces: ReadonlyMap<number, readonly OutputPiece[]>;
  readonly report: ImageReport;
  readonly notes: readonly string[];
}

/** `input` is everything beside the image that the outcome depends on. */
export const resultKey = (image: Image, input: unknown): string =>
  JSON.stringify([image.document.descriptor.digest, input]);

export const findResult = (cache: Cache, key: string): Promise<ImageResult | undefined> =>
  readKept<ImageResult>(cache, 'images', key);

/** An image with layers that are not in the cache is not kept: it could not be written again. */
export const keepResult = async (cache: Cache, key: string, result: ImageResult): Promise<void> => {
  const { written, whole = written, pieces } = result;
  if (whole.layers.every(({ carried }, at) => carried || pieces.has(at)))
    await cache.put('images', key, serialize(result));
};
