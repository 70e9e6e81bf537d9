import type { Descriptor } from '../oci/descriptor.ts';
import type { BlobReader } from '../oci/store.ts';
import { verified } from '../oci/verified.ts';

export interface CheckStoredOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the size of each chunk read. */
  readonly onBytes?: ((count: number) => void) | undefined;
}

/**
 * Compares a blob that lies on this machine with its digest, though what it holds is known: who asks
 * for an image whose blobs are broken is told so. One that lies far away is not fetched for it.
 */
export const checkStored = async (
  source: BlobReader,
  descriptor: Descriptor,
  { signal, onBytes }: CheckStoredOptions,
): Promise<void> => {
  if (!(await source.locate?.(descriptor))) return;
  for await (const chunk of verified(source.open(descriptor, { signal }), descriptor))
    onBytes?.(chunk.length);
};
