import type { Descriptor } from '../../oci/descriptor.ts';
import type { BlobReader, ReadOptions } from '../../oci/store.ts';
import { verified } from '../../oci/verified.ts';

/**
 * Makes sure that a blob which nobody will read, since what it holds is known, is where it should be on this
 * machine and as large as its descriptor says; one that lies far away is not asked for. Whatever is odd
 * about it is told in the words of a run that reads it.
 */
export const checkStored = async (
  source: BlobReader,
  descriptor: Descriptor,
  options: ReadOptions,
): Promise<void> => {
  if (!source.locate || (await source.locate(descriptor))) return;
  for await (const _ of verified(source.open(descriptor, options), descriptor));
};
