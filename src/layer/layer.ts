import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { BlobReader } from '../oci/store.ts';
import type { Compression } from '../oci/media-type.ts';
import type { Entry } from './entry.ts';
import type { LayerBytes } from './layer-bytes.ts';

/** A layer with its entries; the `LayerStore` that opened it knows where its bytes are. */
export interface Layer {
  readonly descriptor: Descriptor;
  readonly diffId: Digest;
  /** The compression of the stored bytes, whatever the media type says. */
  readonly compression: Compression;
  /** In the order of the tar, whiteouts included. */
  readonly entries: readonly Entry[];
  /** The decompressed tar, readable at any position. */
  readonly bytes: LayerBytes;
  /** Has its stored bytes on this machine, where they were fetched from elsewhere; closed with `bytes`. */
  readonly fetched?: BlobReader | undefined;
}
