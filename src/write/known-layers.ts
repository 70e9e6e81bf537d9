import type { Digest } from '../oci/digest.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { isBoundToBytes } from '../oci/lazy-format.ts';
import type { Compression } from '../oci/media-type.ts';
import type { ImageSource, StoredBlob } from '../oci/store.ts';
import { copyBlob, type CopyOptions } from './copy-blob.ts';

/** Layers that were made before, by what is in them: they are neither compressed again nor, where they still are, sent. */
export interface KnownLayers {
  readonly source: ImageSource;
  /** Whether the source still has a blob. @default it has */
  readonly has?: ((blob: Descriptor) => Promise<boolean>) | undefined;
  /** A blob with these contents that is compressed just as this run would. */
  readonly find: (diffId: Digest, compression: Compression) => Descriptor | undefined;
}

/** A blob, and the annotations that say what lies where in it. */
export interface KnownBlob extends StoredBlob {
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** Brings a known layer to the target; `undefined` where there is none, or its blob is gone. */
export const reuseLayer = async (
  { source, has, find }: KnownLayers,
  diffId: Digest,
  compression: Compression,
  options: Omit<CopyOptions, 'source'>,
): Promise<KnownBlob | undefined> => {
  const known = find(diffId, compression);
  if (!known) return undefined;
  const isGone = !(await options.target.has(known)) && has && !(await has(known));
  if (isGone || !(await copyBlob(known, { ...options, source }))) return undefined;
  const { digest, size } = known;
  const bound = Object.entries(known.annotations ?? {}).filter(([key]) => isBoundToBytes(key));
  return { digest, size, ...(bound.length > 0 && { annotations: Object.fromEntries(bound) }) };
};
