import { ReslimError } from '../base/errors.ts';
import type { Descriptor } from './descriptor.ts';
import type { BlobReader, ReadOptions } from './store.ts';

/**
 * Whether a blob is stored with its image. Only blobs with `urls` may be missing: they are downloaded from
 * there, which reslim never does.
 */
export const isStored = async (
  source: BlobReader,
  descriptor: Descriptor,
  options?: ReadOptions,
): Promise<boolean> => {
  if (!descriptor.urls || (await source.locate?.(descriptor))) return true;
  try {
    for await (const _ of source.open(descriptor, options)) break;
    return true;
  } catch (error) {
    if (error instanceof ReslimError && error.code === 'not-found') return false;
    throw error;
  }
};
