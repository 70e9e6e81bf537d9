import { ReslimError, throwIfAborted } from '../base/errors.ts';
import { DEFAULT_LIMITS, limitError, type Limits } from '../base/limits.ts';
import { readConfig, type Config } from '../oci/config.ts';
import { shortDigest, type Descriptor } from '../oci/descriptor.ts';
import type { ImageNode, OtherNode } from '../oci/image.ts';
import { quote } from '../oci/digest.ts';
import { parseJson } from '../oci/json.ts';
import {
  readArtifact,
  readIndex,
  readManifest,
  requireSchemaVersion,
  type Document,
  type Index,
  type Manifest,
} from '../oci/manifest.ts';
import {
  isArtifactType,
  isConfigType,
  isEncryptedType,
  isIndexType,
  isLayerType,
  isManifestType,
  isSchema1Type,
} from '../oci/media-type.ts';
import { formatPlatform, matchesPlatform, type Platform } from '../oci/platform.ts';
import type { ImageSource } from '../oci/store.ts';
import { readVerified } from '../oci/verified.ts';
import { partOf } from './part-of-index.ts';
import { pickImage, requirePlatforms } from './pick-image.ts';

export interface ReadImageOptions {
  /** Reads only the image for this platform; the result is then that image, not its index. */
  readonly platform?: Platform | undefined;
  /** Reads only the images for these; the result is an index of them, or the image that is none. */
  readonly platforms?: readonly Platform[] | undefined;
  readonly limits?: Limits | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads all documents from the root to the configs; checks digests and limits. Layers are not read. Rejects with `invalid-image`, `mismatch`, `limit`, `unsupported` (schema 1,
 * encrypted layers), or `not-found` and `ambiguous` for the platform.
 */
export const readImage = async (
  source: ImageSource,
  { platform, platforms, limits = DEFAULT_LIMITS, signal }: ReadImageOptions = {},
): Promise<ImageNode> => {
  const walk: Walk = {
    source,
    limits,
    signal,
    wanted: platform ? [platform] : platforms,
    isForIndex: platform === undefined && platforms !== undefined,
    manifests: 0,
    bytes: 0,
    skipped: [],
  };
  const root = await readNode(source.root, 0, walk);
  const found = { where: source.name, skipped: walk.skipped };
  if (platform) return pickImage(root, platform, found);
  if (platforms) requirePlatforms(root, platforms, found);
  return root;
};

interface Walk {
  readonly source: ImageSource;
  readonly limits: Limits;
  readonly signal: AbortSignal | undefined;
  readonly wanted: readonly Platform[] | undefined;
  /** Whether the wanted images stay in their index, with what speaks of them. */
  readonly isForIndex: boolean;
  /** Other platforms than the wanted one; their manifests are not read. */
  readonly skipped: string[];
  manifests: number;
  bytes: number;
}

/** All documents of an image together may be this many times `documentSize`: they are all in memory. */
const DOCUMENTS_IN_MEMORY = 16;

const readNode = async (descriptor: Descriptor, depth: number, walk: Walk): Promise<ImageNode> => {
  throwIfAborted(walk.signal);
  const where = `manifest ${shortDigest(descriptor.digest)}`;
  const { limits } = walk;
  if (++walk.manifests > limits.manifestCount) {
    throw limitError(
      'manifestCount',
      `more than ${limits.manifestCount} manifests`,
      walk.source.name,
      { place: walk.source.name },
    );
  }
  if (isSchema1Type(descriptor.mediaType)) throw schema1(where);
  if (isIndexType(descriptor.mediaType)) return readIndexNode(descriptor, depth, walk);
  if (isArtifactType(descriptor.mediaType)) return readArtifactNode(descriptor, walk);
  if (!isManifestType(descriptor.mediaType))
    return { kind: 'other', role: 'unknown', descriptor, blobs: [] };
  const bytes = await readDocument(descriptor, walk);
  refuseAmbiguousType(bytes, descriptor, where);
  return readManifestNode(
    { descriptor, bytes, value: readManifest(bytes, descriptor.mediaType, where) },
    walk,
  );
};

const readIndexNode = async (
  descriptor: Descriptor,
  depth: number,
  walk: Walk,
): Promise<ImageNode> => {
  const where = `index ${shortDigest(descriptor.digest)}`;
  if (depth >= walk.limits.indexDepth) {
    throw limitError('indexDepth', `indexes nest deeper than ${walk.limits.indexDepth}`, where);
  }
  const bytes = await readDocument(descriptor, walk);
  refuseAmbiguousType(bytes, descriptor, where);
  const value = readIndex(bytes, descriptor.mediaType, where);
  const document = { descriptor, bytes, value };
  const isSkipped = skipperFor(value, walk);
  const read: (ImageNode | undefined)[] = [];
  for (const child of value.manifests)
    read.push(isSkipped(child) ? undefined : await readChild(child, depth + 1, walk));
  if (walk.isForIndex) return partOf(document, read);
  return { kind: 'index', document, children: read.filter((child) => child !== undefined) };
};

/** `undefined` for an image whose platform only its config tells, where another one is wanted in the index. */
const readChild = async (
  descriptor: Descriptor,
  depth: number,
  walk: Walk,
): Promise<ImageNode | undefined> => {
  const node = await readNode(descriptor, depth, walk);
  if (!walk.isForIndex || node.kind !== 'image' || isWanted(node.platform, walk)) return node;
  walk.skipped.push(formatPlatform(node.platform));
  return undefined;
};

const readArtifactNode = async (descriptor: Descriptor, walk: Walk): Promise<OtherNode> => {
  const where = `artifact ${shortDigest(descriptor.digest)}`;
  const bytes = await readDocument(descriptor, walk);
  refuseAmbiguousType(bytes, descriptor, where);
  const { blobs, subject } = readArtifact(bytes, descriptor.mediaType, where);
  return {
    kind: 'other',
    role: 'artifact',
    descriptor,
    bytes,
    blobs,
    ...(subject && { subject: subject.digest }),
  };
};

/** Manifests of other platforms are not read, nor what speaks of them: partial mirrors do not have them. */
const skipperFor = ({ manifests }: Index, walk: Walk): ((descriptor: Descriptor) => boolean) => {
  if (!walk.wanted) return () => false;
  const isOther = ({ platform }: Descriptor): boolean =>
    platform !== undefined &&
    platform.os !== '' &&
    !(walk.isForIndex && platform.os === 'unknown') &&
    !isWanted(platform, walk);
  const others = manifests.filter(isOther);
  walk.skipped.push(
    ...others.map(({ platform }) => formatPlatform(platform ?? { os: '', architecture: '' })),
  );
  const skipped = new Set<string>(others.map(({ digest }) => digest));
  for (const child of manifests) if (!isOther(child)) skipped.delete(child.digest);
  return (child) => isOther(child) || skipped.has(child.annotations?.[REFERENCE_DIGEST] ?? '');
};

const isWanted = (platform: Platform, { wanted = [] }: Walk): boolean =>
  wanted.some((one) => matchesPlatform(one, platform));

const readManifestNode = async (document: Document<Manifest>, walk: Walk): Promise<ImageNode> => {
  const { descriptor, value } = document;
  const where = `manifest ${shortDigest(descriptor.digest)}`;
  const role = roleOf(document);
  if (role !== 'image') {
    requireSchemaVersion(value.schemaVersion, where);
    return otherNode(document, role);
  }
  if (value.layers.some(({ mediaType }) => isEncryptedType(mediaType))) {
    throw new ReslimError('unsupported', `the layers are encrypted, ${where}`, {
      hint: 'decrypt the image first: skopeo copy --decryption-key KEY …',
    });
  }
  if (value.layers.length > walk.limits.layerCount) {
    throw limitError(
      'layerCount',
      `${value.layers.length} layers are over ${walk.limits.layerCount}`,
      where,
    );
  }
  const config = await readImageConfig(value, walk);
  if (config.value.diffIds.length !== value.layers.length) {
    throw new ReslimError(
      'invalid-image',
      `${value.layers.length} layers, but ${config.value.diffIds.length} diffIds in the config, ${where}`,
    );
  }
  return { kind: 'image', document, config, platform: platformOf(descriptor, config.value) };
};

const readImageConfig = async (manifest: Manifest, walk: Walk): Promise<Document<Config>> => {
  const descriptor = manifest.config;
  const bytes = await readDocument(descriptor, walk);
  return {
    descriptor,
    bytes,
    value: readConfig(bytes, `config ${shortDigest(descriptor.digest)}`),
  };
};

const roleOf = ({
  descriptor,
  value,
}: Document<Manifest>): 'image' | 'attestation' | 'artifact' => {
  if (descriptor.annotations?.[REFERENCE_TYPE] === 'attestation-manifest') return 'attestation';
  const isFileSystem = value.layers.every(
    ({ mediaType }) => isLayerType(mediaType) || isEncryptedType(mediaType),
  );
  return value.artifactType === undefined && isConfigType(value.config.mediaType) && isFileSystem
    ? 'image'
    : 'artifact';
};

/** @see https://docs.docker.com/build/metadata/attestations/attestation-storage/ */
const REFERENCE_TYPE = 'vnd.docker.reference.type';
const REFERENCE_DIGEST = 'vnd.docker.reference.digest';

const otherNode = (
  { descriptor, bytes, value }: Document<Manifest>,
  role: 'attestation' | 'artifact',
): OtherNode => {
  const subject = value.subject?.digest ?? descriptor.annotations?.[REFERENCE_DIGEST];
  return {
    kind: 'other',
    role,
    descriptor,
    bytes,
    blobs: [value.config, ...value.layers],
    ...(subject !== undefined && { subject }),
  };
};

/** The index comes first: configs of old builders lack the variant. */
const platformOf = ({ platform }: Descriptor, config: Config): Platform =>
  platform && platform.os !== '' && platform.architecture !== '' ? platform : config.platform;

const readDocument = async (descriptor: Descriptor, walk: Walk): Promise<Uint8Array> => {
  const { limits, source, signal } = walk;
  const bytes = await readVerified(
    source.open(descriptor, { signal }),
    descriptor,
    limits.documentSize,
  );
  walk.bytes += bytes.length;
  if (walk.bytes > limits.documentSize * DOCUMENTS_IN_MEMORY) {
    const most = DOCUMENTS_IN_MEMORY * limits.documentSize;
    throw limitError(
      'documentSize',
      `manifests and configs together are over ${most} bytes`,
      source.name,
      { place: source.name },
    );
  }
  return bytes;
};

/** @see https://github.com/opencontainers/image-spec/security/advisories/GHSA-77vh-xpmg-72qh */
const refuseAmbiguousType = (bytes: Uint8Array, { mediaType }: Descriptor, where: string): void => {
  const raw = parseJson(bytes, where);
  checkSchemaVersion(raw['schemaVersion'], where);
  const foreign = isIndexType(mediaType)
    ? ['config', 'layers', 'fsLayers']
    : ['manifests', 'fsLayers'];
  const found = foreign.find((member) => raw[member] !== undefined);
  if (
    found !== undefined ||
    (typeof raw['mediaType'] === 'string' && raw['mediaType'] !== mediaType)
  ) {
    throw new ReslimError('invalid-image', `can be read as two different media types, ${where}`, {
      hint: 'an index and a manifest must say which of the two they are: build the image again',
    });
  }
};

/**
 * Runtimes read documents that lack their version, and so does reslim: it is added to what is written anew.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#image-manifest-property-descriptions
 */
const checkSchemaVersion = (version: unknown, where: string): void => {
  if (version === undefined || version === 2) return;
  if (version === 1) throw schema1(where);
  throw new ReslimError(
    typeof version === 'number' ? 'unsupported' : 'invalid-image',
    `schemaVersion is ${quote(version)} and not 2, ${where}`,
    { hint: 'reslim knows images of version 2: build the image again' },
  );
};

const schema1 = (where: string): ReslimError =>
  new ReslimError('unsupported', `Docker image manifest schema 1, ${where}`, {
    hint: 'convert it first: skopeo copy --format oci SOURCE TARGET',
  });
