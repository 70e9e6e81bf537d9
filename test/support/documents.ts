import { readConfig, type Config } from '../../src/oci/config.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { digestOf, type Digest } from '../../src/oci/digest.ts';
import type { Image, IndexNode, OtherNode } from '../../src/oci/image.ts';
import {
  readIndex,
  readManifest,
  type Document,
  type Index,
  type Manifest,
} from '../../src/oci/manifest.ts';
import { OCI } from '../../src/oci/media-type.ts';
import type { MemoryStore } from './memory.ts';

/** A digest of nothing in particular, told from others by one hexadecimal digit. */
export const digestLike = (digit: string): Digest => `sha256:${digit.repeat(64)}`;

const describeBytes = (mediaType: string, bytes: Uint8Array): Descriptor => ({
  mediaType,
  digest: digestOf(bytes),
  size: bytes.length,
});

const documentOf = <T>(
  mediaType: string,
  json: object | string,
  read: (bytes: Uint8Array, mediaType: string, where: string) => T,
): Document<T> => {
  const bytes = Buffer.from(typeof json === 'string' ? json : JSON.stringify(json));
  return {
    bytes,
    value: read(bytes, mediaType, 'here'),
    descriptor: describeBytes(mediaType, bytes),
  };
};

/** Documents as a source reads them, from JSON. */
export const configOf = (json: object | string): Document<Config> =>
  documentOf(OCI.config, json, (bytes, _, where) => readConfig(bytes, where));

export const manifestOf = (
  json: object | string,
  mediaType: string = OCI.manifest,
): Document<Manifest> => documentOf(mediaType, json, readManifest);

export const indexOf = (json: object | string, mediaType: string = OCI.index): Document<Index> =>
  documentOf(mediaType, json, readIndex);

export const parsed = (bytes: Uint8Array): Record<string, unknown> =>
  JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;

const put = (store: MemoryStore, mediaType: string, bytes: Buffer): Descriptor => {
  store.blobs.set(digestOf(bytes), bytes);
  return describeBytes(mediaType, bytes);
};

/** An image of one layer for each word, with its blobs in the store. */
export const imageIn = (store: MemoryStore, ...words: readonly string[]): Image => {
  const layers = words.map((word) => put(store, `${OCI.layer}+gzip`, Buffer.from(word)));
  const config = configOf({
    os: 'linux',
    architecture: 'amd64',
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  });
  const document = manifestOf({
    schemaVersion: 2,
    mediaType: OCI.manifest,
    config: put(store, OCI.config, Buffer.from(config.bytes)),
    layers,
  });
  put(store, OCI.manifest, Buffer.from(document.bytes));
  return { kind: 'image', document, config, platform: config.value.platform };
};

/** Something in an index that is no image, about the manifest `subject`, with a blob of its own. */
export const attestationIn = (store: MemoryStore, subject: Digest): OtherNode => {
  const blob = put(store, 'application/vnd.in-toto+json', Buffer.from(`about ${subject}`));
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, config: blob, layers: [blob] }));
  const descriptor = put(store, OCI.manifest, bytes);
  return { kind: 'other', role: 'attestation', descriptor, bytes, blobs: [blob], subject };
};

export const indexIn = (
  store: MemoryStore,
  children: readonly (Image | OtherNode)[],
  more: object = {},
): IndexNode => {
  const document = indexOf({
    schemaVersion: 2,
    mediaType: OCI.index,
    manifests: children.map((child) =>
      child.kind === 'image' ? child.document.descriptor : child.descriptor,
    ),
    ...more,
  });
  put(store, OCI.index, Buffer.from(document.bytes));
  return { kind: 'index', document, children };
};
