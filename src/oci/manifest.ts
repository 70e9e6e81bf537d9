import { readDescriptor, type Descriptor } from './descriptor.ts';
import { ReslimError } from '../base/errors.ts';
import { asArray, asString, asStringMap, parseDocument, type JsonObject } from './json.ts';

/** A document with the bytes it was read from: digests are always those of `bytes`. */
export interface Document<T> {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  readonly value: T;
}

/** Members of manifests and indexes alike. */
interface Common {
  readonly mediaType: string;
  /** 2, where it is not missing or wrong. */
  readonly schemaVersion?: unknown;
  readonly artifactType?: string | undefined;
  readonly subject?: Descriptor | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md */
export interface Manifest extends Common {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md */
export interface Index extends Common {
  readonly manifests: readonly Descriptor[];
}

/**
 * The predecessor of image manifests with an `artifactType`.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.0-rc2/artifact.md
 */
export interface ArtifactManifest extends Common {
  readonly blobs: readonly Descriptor[];
}

/** Members that decide what an image is. */
const MEMBERS = [
  'schemaVersion',
  'mediaType',
  'manifests',
  'config',
  'layers',
  'digest',
  'size',
  'urls',
  'data',
];

/** `declared` is the media type of its descriptor, for old documents that have none of their own. */
export const readManifest = (bytes: Uint8Array, declared: string, where: string): Manifest => {
  const raw = parseDocument(bytes, where, MEMBERS);
  return {
    ...readCommon(raw, declared, where),
    config: readDescriptor(raw['config'], `config of ${where}`),
    layers: readList(raw, 'layers', where),
  };
};

export const readIndex = (bytes: Uint8Array, declared: string, where: string): Index => {
  const raw = parseDocument(bytes, where, MEMBERS);
  return {
    ...readCommon(raw, declared, where),
    manifests: readList(raw, 'manifests', where),
  };
};

export const readArtifact = (
  bytes: Uint8Array,
  declared: string,
  where: string,
): ArtifactManifest => {
  const raw = parseDocument(bytes, where, MEMBERS);
  return { ...readCommon(raw, declared, where), blobs: readList(raw, 'blobs', where) };
};

/** Refuses to carry a document that is not valid. `where` names it. */
export const requireSchemaVersion = (version: unknown, where: string): void => {
  if (version === 2) return;
  throw new ReslimError('invalid-image', `schemaVersion is missing, ${where}`, {
    hint: 'a copy keeps the digest, so nothing can be added: reslim IMAGE -o TARGET writes a valid image',
  });
};

const readList = (raw: JsonObject, name: string, where: string): readonly Descriptor[] =>
  asArray(raw[name] ?? [], `${name} of ${where}`).map((one, at) =>
    readDescriptor(one, `${name}[${at}] of ${where}`),
  );

const readCommon = (raw: JsonObject, declared: string, where: string): Common => ({
  mediaType: asString(raw['mediaType'] ?? declared, `mediaType of ${where}`),
  ...(raw['schemaVersion'] !== undefined && { schemaVersion: raw['schemaVersion'] }),
  annotations:
    raw['annotations'] == null ? {} : asStringMap(raw['annotations'], `annotations of ${where}`),
  ...(typeof raw['artifactType'] === 'string' && { artifactType: raw['artifactType'] }),
  ...(raw['subject'] != null && { subject: readDescriptor(raw['subject'], `subject of ${where}`) }),
});
