/*
 * What a cache is in a registry: an image manifest with a type of its own. Its config is the table of what is in it, and its
 * layers are the blobs that the table names, so that registries keep them.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidelines-for-artifact-usage
 */
export const ARTIFACT = {
  manifest: 'application/vnd.reslim.cache.v1',
  table: 'application/vnd.reslim.cache.table.v1+json',
  index: 'application/vnd.reslim.cache.index.v1+gzip',
  contents: 'application/vnd.reslim.cache.contents.v1+gzip',
} as const;

/** What the types of all versions begin with. */
export const ANY_CACHE = 'application/vnd.reslim.cache.';

/** The annotation with the code of the table. Nothing else in the manifest is believed, so nothing else has one. */
export const SIGNATURE = 'dev.reslim.cache.hmac';

/** Bounds on what is read of a cache, whoever wrote it. Bytes. */
export const MAX_TABLE: number = 4 * 1024 * 1024;
export const MAX_STORED_INDEX: number = 64 * 1024 * 1024;
export const MAX_INDEX: number = 256 * 1024 * 1024;
export const MAX_STORED_CONTENTS: number = 16 * 1024 * 1024;
export const MAX_CONTENTS: number = 64 * 1024 * 1024;
