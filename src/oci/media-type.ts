import { ReslimError } from '../base/errors.ts';

/**
 * Media types of the two families that images are written in. @see
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md
 */
export const OCI = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
  /** Content `{}`: what artifacts have instead of a config. */
  empty: 'application/vnd.oci.empty.v1+json',
} as const;

/** @see https://github.com/distribution/distribution/blob/main/docs/content/spec/manifest-v2-2.md */
export const DOCKER = {
  index: 'application/vnd.docker.distribution.manifest.list.v2+json',
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar',
} as const;

const DOCKER_SCHEMA1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+(json|prettyjws)$/;

/**
 * Artifact manifests of image-spec's release candidates, and of ORAS before them; some registries still
 * have them.
 */
export const ARTIFACT_TYPES: readonly string[] = [
  'application/vnd.oci.artifact.manifest.v1+json',
  'application/vnd.cncf.oras.artifact.manifest.v1+json',
];

/** How a layer's tar is stored. */
export const COMPRESSIONS = ['gzip', 'zstd', 'none'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

const SUFFIX: Record<Compression, { oci: string; docker: string }> = {
  none: { oci: '', docker: '' },
  gzip: { oci: '+gzip', docker: '.gzip' },
  // Docker never defined a zstd layer type, so zstd always means the OCI family.
  zstd: { oci: '+zstd', docker: '+zstd' },
};

export const isIndexType = (mediaType: string): boolean =>
  mediaType === OCI.index || mediaType === DOCKER.index;

export const isManifestType = (mediaType: string): boolean =>
  mediaType === OCI.manifest || mediaType === DOCKER.manifest;

export const isSchema1Type = (mediaType: string): boolean => DOCKER_SCHEMA1.test(mediaType);

export const isArtifactType = (mediaType: string): boolean => ARTIFACT_TYPES.includes(mediaType);

export const isConfigType = (mediaType: string): boolean =>
  mediaType === OCI.config || mediaType === DOCKER.config;

/** Whether the type is one of a file system layer; those of in-toto or wasm "layers" are not. */
export const isLayerType = (mediaType: string): boolean =>
  /^application\/vnd\.(oci\.image\.layer(\.nondistributable)?\.v1\.tar(\+(gzip|zstd))?|docker\.image\.rootfs\.(diff|foreign\.diff)\.tar(\.(gzip|zstd)|\+(gzip|zstd))?)$/.test(
    mediaType,
  );

/** Layers encrypted by ocicrypt: they cannot be read without a key. */
export const isEncryptedType = (mediaType: string): boolean => mediaType.endsWith('+encrypted');

/** The compression by the media type; the bytes may show another one. */
export const compressionOf = (mediaType: string): Compression => {
  if (/[.+]gzip$/.test(mediaType)) return 'gzip';
  return /[.+]zstd$/.test(mediaType) ? 'zstd' : 'none';
};

/** Whether a type is of Docker's family. */
export const isDockerType = (mediaType: string): boolean =>
  mediaType.startsWith('application/vnd.docker.');

/** The OCI type for a layer type of Docker's family; other types stay. */
export const ociLayerType = (mediaType: string): string => {
  if (!isDockerType(mediaType)) return mediaType;
  const type = /\.foreign\./.test(mediaType) ? OCI_NONDISTRIBUTABLE : OCI.layer;
  return type + SUFFIX[compressionOf(mediaType)].oci;
};

const OCI_NONDISTRIBUTABLE = 'application/vnd.oci.image.layer.nondistributable.v1.tar';

/** The layer type for a manifest of the given type. zstd needs an OCI manifest. */
export const layerTypeFor = (manifestType: string, compression: Compression): string => {
  if (manifestType !== DOCKER.manifest) return OCI.layer + SUFFIX[compression].oci;
  if (compression === 'zstd') {
    throw new ReslimError('unsupported', 'a Docker schema 2 manifest cannot name zstd layers');
  }
  return DOCKER.layer + SUFFIX[compression].docker;
};
