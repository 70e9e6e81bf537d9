import { createHash } from 'node:crypto';

/** What one repository holds. */
export interface Repository {
  /** By digest. */
  readonly blobs: Map<string, Buffer>;
  readonly manifests: Map<string, Manifest>;
  /** Tags to digests of manifests. */
  readonly tags: Map<string, string>;
  readonly uploads: Map<string, Upload>;
}

export interface Manifest {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly document: Document;
}

/** Members of manifests and indexes that a registry reads. */
export interface Document {
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config?: Named;
  readonly layers?: readonly Named[];
  /** Of artifact manifests. */
  readonly blobs?: readonly Named[];
  readonly manifests?: readonly Named[];
  readonly subject?: Named;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Named {
  readonly mediaType: string;
  readonly digest: string;
  readonly urls?: readonly string[];
}

/** A blob on its way. Its address changes with each answer; the last one is valid. */
export interface Upload {
  chunks: Buffer[];
  size: number;
  state: number;
}

/** All repositories of a registry, by name. */
export type Content = Map<string, Repository>;

export const newRepository = (): Repository => ({
  blobs: new Map(),
  manifests: new Map(),
  tags: new Map(),
  uploads: new Map(),
});

const ALGORITHMS: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 };

export const isDigest = (text: string): boolean => {
  const [, algorithm = '', hex = ''] = /^(sha\d+):([0-9a-f]+)$/.exec(text) ?? [];
  return ALGORITHMS[algorithm] === hex.length;
};

export const hasDigest = (bytes: Buffer, digest: string): boolean => {
  const [algorithm = ''] = digest.split(':');
  return isDigest(digest) && digest === digestOf(bytes, algorithm);
};

export const digestOf = (bytes: Buffer, algorithm = 'sha256'): string =>
  `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
