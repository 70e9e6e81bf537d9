import type { Descriptor } from '../../oci/descriptor.ts';
import type { BlobReader, ReadOptions } from '../../oci/store.ts';
import { verified } from '../../oci/verified.ts';

/**
 * Checks a blob whose contents are known from an earlier run, so that it is not read: where the source lies on
 * this machine, it must be there and have the size of its descriptor. A blob elsewhere is not checked. Rejects
 * as a run that reads the blob would.
 */
export const checkStored = async (
  source: BlobReader,
  descriptor: Descriptor,
  options: ReadOptions,
): Promise<void> => {
  if (!source.locate || (await source.locate(descriptor))) return;
  for await (const _ of verified(source.open(descriptor, options), descriptor));
};
