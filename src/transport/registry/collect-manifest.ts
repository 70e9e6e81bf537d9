import { ReslimError } from '../../base/errors.ts';
import { algorithmOf, digestOf } from '../../oci/digest.ts';
import { shortDigest } from '../../oci/descriptor.ts';
import type { PutOptions, StoredBlob } from '../../oci/store.ts';

/** Reads a manifest that is to be pushed. Rejects with `limit` or `mismatch`. */
export const collectManifest = async (
  content: AsyncIterable<Uint8Array>,
  { expected }: PutOptions,
  limit: number,
): Promise<StoredBlob & { readonly bytes: Uint8Array }> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size > limit) {
      throw new ReslimError('limit', `manifest is over the documentSize limit of ${limit} bytes`, {
        hint: 'registries refuse such manifests',
      });
    }
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const digest = digestOf(bytes, expected && algorithmOf(expected.digest));
  if (expected && (expected.digest !== digest || expected.size !== size)) {
    throw new ReslimError(
      'mismatch',
      `content is not that of manifest ${shortDigest(expected.digest)}`,
    );
  }
  return { digest, size, bytes };
};
