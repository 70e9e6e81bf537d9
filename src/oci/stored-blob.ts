import { ReslimError } from '../base/errors.ts';
import type { Descriptor } from './descriptor.ts';
import type { BlobReader, ReadOptions } from './store.ts';

/**
 * Whether a blob is stored with its image. All are, but those with `urls` need not be: such a blob is then only to
 * be had elsewhere, and reslim never fetches it from there.
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
