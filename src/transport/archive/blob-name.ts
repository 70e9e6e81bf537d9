import { algorithmOf, hexOf, type Digest } from '../../oci/digest.ts';

/** The name of a blob in a tar that holds a layout. */
export const blobName = (digest: Digest): string => `blobs/${algorithmOf(digest)}/${hexOf(digest)}`;
