import { algorithmOf, hexOf, type Digest } from '../../oci/digest.ts';

/** Where a layout in a tar has a blob. */
export const blobName = (digest: Digest): string => `blobs/${algorithmOf(digest)}/${hexOf(digest)}`;
