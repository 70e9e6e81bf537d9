import { throwIfAborted, type ReslimError } from '../base/errors.ts';
import { openExpansionBudget, type ExpansionBudget } from '../layer/read/expansion-budget.ts';
import { limitError, type Limits } from '../base/limits.ts';
import { readConfig, type Config } from '../oci/config.ts';
import { shortDigest, type Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { hasFalseData } from '../oci/embedded-data.ts';
import { parseJson } from '../oci/json.ts';
import { readIndex, readManifest } from '../oci/manifest.ts';
import { isIndexType, isManifestType, isSchema1Type } from '../oci/media-type.ts';
import { formatPlatform, matchesPlatform, type Platform } from '../oci/platform.ts';
import { readVerified } from '../oci/verified.ts';
import { checkBlob } from './check-blob.ts';
import { checkImage, isImage } from './check-image.ts';
import type { CheckOptions } from './check-options.ts';
import { findingOf } from './finding.ts';

/** What was checked. */
export interface Checked {
  readonly images: number;
  /** Indexes and manifests. */
  readonly documents: number;
}

/**
 * Checks all that a root descriptor refers to, directly or not. Never stops at the first finding; throws
 * only when interrupted.
 */
export const checkTree = async (root: Descriptor, options: CheckOptions): Promise<Checked> => {
  const walk: Walk = {
    ...options,
    expansion: openExpansionBudget(options.limits),
    seen: new Set(),
    images: 0,
  };
  await checkNode(root, 0, walk);
  return { images: walk.images, documents: walk.seen.size };
};

interface Walk extends CheckOptions {
  readonly expansion: ExpansionBudget;
  /** Documents that were checked: what is named twice is checked once. */
  readonly seen: Set<Digest>;
  images: number;
}

const checkNode = async (descriptor: Descriptor, depth: number, walk: Walk): Promise<void> => {
  throwIfAborted(walk.signal);
  const { digest, mediaType, platform } = descriptor;
  if (walk.platform && platform && !matchesPlatform(walk.platform, platform)) return;
  if (walk.seen.has(digest)) return;
  const where = `${isIndexType(mediaType) ? 'index' : 'manifest'} ${shortDigest(digest)}`;
  if (walk.seen.size >= walk.limits.manifestCount) throw tooMany(walk.limits, where);
  walk.seen.add(digest);
  try {
    if (isIndexType(mediaType)) await checkIndex(descriptor, where, depth, walk);
    else if (isManifestType(mediaType)) await checkManifest(descriptor, where, walk);
    else await checkOther(descriptor, where, walk);
  } catch (error) {
    walk.onFinding(findingOf(error, 'document', where));
  }
};

const checkIndex = async (
  descriptor: Descriptor,
  where: string,
  depth: number,
  walk: Walk,
): Promise<void> => {
  if (depth >= walk.limits.indexDepth) {
    throw limitError('indexDepth', `indexes nest deeper than ${walk.limits.indexDepth}`, where);
  }
  const bytes = await readDocument(descriptor, walk);
  checkHead(bytes, descriptor, where, walk);
  const { manifests } = readIndex(bytes, descriptor.mediaType, where);
  checkData(manifests, where, walk);
  for (const child of manifests) await checkNode(child, depth + 1, walk);
};

const checkManifest = async (descriptor: Descriptor, where: string, walk: Walk): Promise<void> => {
  const bytes = await readDocument(descriptor, walk);
  checkHead(bytes, descriptor, where, walk);
  const manifest = readManifest(bytes, descriptor.mediaType, where);
  checkData([manifest.config, ...manifest.layers], where, walk);
  if (!isImage(manifest)) {
    for (const blob of [manifest.config, ...manifest.layers]) await checkBlob(blob, 'blob', walk);
    return;
  }
  if (manifest.layers.length > walk.limits.layerCount) {
    throw limitError(
      'layerCount',
      `${manifest.layers.length} layers are over ${walk.limits.layerCount}`,
      where,
    );
  }
  walk.images++;
  const config = await checkConfig(manifest.config, descriptor, walk);
  await checkImage(manifest, config, descriptor, walk);
};

const checkConfig = async (
  descriptor: Descriptor,
  { platform }: Descriptor,
  walk: Walk,
): Promise<Config | undefined> => {
  const where = `config ${shortDigest(descriptor.digest)}`;
  try {
    const config = readConfig(await readDocument(descriptor, walk), where);
    if (platform && !isSamePlace(platform, config.platform)) {
      const message = `the index says ${formatPlatform(platform)}, the config ${formatPlatform(config.platform)}`;
      walk.onFinding({ severity: 'warning', code: 'platform', where, message });
    }
    return config;
  } catch (error) {
    walk.onFinding(findingOf(error, 'document', where));
    return undefined;
  }
};

/** Many builders leave the variant out of the config. */
const isSamePlace = (named: Platform, { os, architecture }: Platform): boolean =>
  (named.os === os && named.architecture === architecture) ||
  (named.os === 'unknown' && named.architecture === 'unknown');

const checkOther = async (descriptor: Descriptor, where: string, walk: Walk): Promise<void> => {
  const message = isSchema1Type(descriptor.mediaType)
    ? 'Docker image manifest schema 1 is not read'
    : `a media type reslim does not know: ${descriptor.mediaType}`;
  walk.onFinding({ severity: 'warning', code: 'unchecked', where, message });
  await checkBlob(descriptor, 'blob', walk);
};

/** @see https://github.com/opencontainers/image-spec/security/advisories/GHSA-77vh-xpmg-72qh */
const checkHead = (
  bytes: Uint8Array,
  { mediaType }: Descriptor,
  where: string,
  { onFinding }: Walk,
): void => {
  const raw = parseJson(bytes, where);
  const report = (severity: 'error' | 'warning', message: string): void =>
    onFinding({ severity, code: 'media-type', where, message });
  if (raw['schemaVersion'] !== 2)
    report('error', `schemaVersion is not 2: ${JSON.stringify(raw['schemaVersion'])}`);
  if (raw['mediaType'] === undefined) {
    report(
      'warning',
      'it has no media type, so that programs may take it for another kind of document',
    );
  } else if (raw['mediaType'] !== mediaType)
    report(
      'error',
      `its media type is ${JSON.stringify(raw['mediaType'])}, that of its descriptor ${mediaType}`,
    );
  const strangers = isIndexType(mediaType) ? ['config', 'layers'] : ['manifests'];
  for (const member of [...strangers, 'fsLayers']) {
    if (raw[member] !== undefined)
      report('error', `it can be read as another media type: it has "${member}"`);
  }
};

/** Embedded data, which programs may use instead of the blob, must be that of the blob. */
const checkData = (
  descriptors: readonly Descriptor[],
  where: string,
  { onFinding }: Walk,
): void => {
  for (const { digest } of descriptors.filter(hasFalseData)) {
    const message = `the data embedded for ${shortDigest(digest)} is not its content`;
    onFinding({ severity: 'error', code: 'digest', where, message });
  }
};

const readDocument = (descriptor: Descriptor, walk: Walk): Promise<Uint8Array> =>
  readVerified(
    walk.source.open(descriptor, { signal: walk.signal }),
    descriptor,
    walk.limits.documentSize,
  );

const tooMany = ({ manifestCount }: Limits, where: string): ReslimError =>
  limitError('manifestCount', `more than ${manifestCount} manifests`, where);
