import { ReslimError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type { KnownIndex } from '../layer/read/layer-knowledge.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { readManifest, type Manifest } from '../oci/manifest.ts';
import { OCI } from '../oci/media-type.ts';
import type { ImageSource } from '../oci/store.ts';
import { readVerified } from '../oci/verified.ts';
import {
  ANY_CACHE,
  ARTIFACT,
  MAX_STORED_CONTENTS,
  MAX_STORED_INDEX,
  MAX_TABLE,
  SIGNATURE,
} from './artifact-type.ts';
import type { CacheKey } from './cache-key.ts';
import { unpackContents, type LayerContents } from './layer-contents.ts';
import { unpackIndex } from './packed-index.ts';
import { decodeTable, type Table } from './table.ts';

/** What a cache of another run has. */
export interface CacheArtifact {
  readonly source: ImageSource;
  readonly table: Table;
  /** Reads an index, as layer `position` of an image. Rejects where the blob is gone or damaged. */
  readonly readIndex: (blob: Descriptor, position: number) => Promise<KnownIndex>;
  /** Reads what a layer is made of. Rejects where the blob is gone or damaged. */
  readonly readContents: (blob: Descriptor) => Promise<LayerContents>;
}

/** A cache that is not used. */
export interface UnusedArtifact {
  readonly why: string;
}

export interface OpenArtifactOptions {
  readonly key: CacheKey;
  readonly limits: Pick<Limits, 'documentSize'>;
  readonly signal: AbortSignal | undefined;
}

/** The manifest of a cache, of whatever version; `undefined` for anything else. Rejects where it cannot be read. */
export const readCacheManifest = async (
  { root, open }: ImageSource,
  { limits, signal }: Omit<OpenArtifactOptions, 'key'>,
): Promise<Manifest | undefined> => {
  if (root.mediaType !== OCI.manifest) return undefined;
  const bytes = await readVerified(open(root, { signal }), root, limits.documentSize);
  const manifest = readManifest(bytes, root.mediaType, 'a cache');
  return manifest.artifactType?.startsWith(ANY_CACHE) ? manifest : undefined;
};

/**
 * Opens a cache that somebody may have tampered with. The table is looked into only when its code shows that whoever wrote
 * it had the key; what it names is read by its digests. Rejects with `aborted` alone.
 */
export const openArtifact = async (
  source: ImageSource,
  options: OpenArtifactOptions,
): Promise<CacheArtifact | UnusedArtifact> => {
  const { key, signal } = options;
  try {
    const manifest = await readCacheManifest(source, options);
    if (!manifest) return { why: 'it is no cache of reslim' };
    const { artifactType, config } = manifest;
    if (artifactType !== ARTIFACT.manifest || config.mediaType !== ARTIFACT.table)
      return { why: OTHER_VERSION };
    const code = manifest.annotations[SIGNATURE];
    const bytes = await readVerified(source.open(config, { signal }), config, MAX_TABLE);
    if (code === undefined || !key.verifies(bytes, code))
      return { why: 'it was not written with this key' };
    const table = decodeTable(bytes);
    if (!table) return { why: OTHER_VERSION };
    const readIndex = async (blob: Descriptor, position: number): Promise<KnownIndex> =>
      unpackIndex(
        await readVerified(source.open(blob, { signal }), blob, MAX_STORED_INDEX),
        position,
      );
    const readContents = async (blob: Descriptor): Promise<LayerContents> =>
      unpackContents(await readVerified(source.open(blob, { signal }), blob, MAX_STORED_CONTENTS));
    return { source, table, readIndex, readContents };
  } catch (error) {
    if (isAbort(error)) throw error;
    return { why: error instanceof Error ? error.message : String(error) };
  }
};

const OTHER_VERSION = 'another version of reslim wrote it';

/** A run that is stopped stops; whatever else a cache does, the run goes on. */
export const isAbort = (error: unknown): boolean =>
  error instanceof ReslimError && error.code === 'aborted';
