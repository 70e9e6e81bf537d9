import type { Descriptor } from '../oci/descriptor.ts';
import { digestOf } from '../oci/digest.ts';
import type { Document } from '../oci/manifest.ts';
import type { BlobReader, ImageSource, ImageTarget, StoredBlob } from '../oci/store.ts';
import { isStored } from '../oci/stored-blob.ts';
import { verified } from '../oci/verified.ts';

/** How many blobs are copied at once: copies wait for disks and networks, not for cores. */
export const COPIES = 4;

export interface CopyOptions {
  readonly source: ImageSource;
  readonly target: ImageTarget;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Brings a blob to the target as it is, unless it is there. One that only its URLs have stays there: then the answer is
 * `false`.
 */
export const copyBlob = async (
  descriptor: Descriptor,
  { source, target, signal }: Omit<CopyOptions, 'source'> & { readonly source: BlobReader },
): Promise<boolean> => {
  if (await target.has(descriptor)) return true;
  if (!(await isStored(source, descriptor, { signal }))) return false;
  const content = verified(source.open(descriptor, { signal }), descriptor);
  await target.put(content, { mediaType: descriptor.mediaType, expected: descriptor, signal });
  return true;
};

/** Stores a document that was read, by the digest it has there, unless the target has it. */
export const putDocument = async (
  { bytes, descriptor }: Pick<Document<unknown>, 'bytes' | 'descriptor'>,
  { target, signal }: Omit<CopyOptions, 'source'>,
): Promise<void> => {
  if (await target.has(descriptor)) return;
  const { mediaType } = descriptor;
  await target.put(once(bytes), { mediaType, expected: descriptor, signal });
};

/** Stores a new document and returns its digest and size. */
export const putBytes = async (
  bytes: Uint8Array,
  mediaType: string,
  { target, signal }: Omit<CopyOptions, 'source'>,
): Promise<StoredBlob> => {
  const expected = { digest: digestOf(bytes), size: bytes.length };
  if (await target.has({ mediaType, ...expected })) return expected;
  return target.put(once(bytes), { mediaType, expected, signal });
};

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
