import { createHash } from 'node:crypto';
import { BUILD, VERSION } from '../base/version.ts';
import { readDescriptor, type Descriptor } from '../oci/descriptor.ts';
import { parseDigest, type Digest } from '../oci/digest.ts';
import { asArray, asObject, asSize, asString, parseJson } from '../oci/json.ts';
import { COMPRESSIONS, type Compression } from '../oci/media-type.ts';
import type { StoredBlob } from '../oci/store.ts';

/** What a cache has, by what it was found out about. */
export interface Table {
  /** Blobs with indexes of source layers, by `nameOf` their key. */
  readonly indexes: ReadonlyMap<string, StoredBlob>;
  /** What the tars of new layers are, by `nameOf` what they are made of. */
  readonly tars: ReadonlyMap<string, MadeTar>;
  /** Layers that were written. */
  readonly layers: readonly MadeLayer[];
}

export interface MadeTar {
  readonly diffId: Digest;
  /** Bytes. */
  readonly unpackedSize: number;
}

/** A layer that a run has compressed, not one that it found. */
export interface MadeLayer {
  readonly diffId: Digest;
  readonly compression: Compression;
  /** What decides of its bytes beside its contents: program, version, level. */
  readonly storage: string;
  /** With the annotations that say what lies where in it. */
  readonly blob: Descriptor;
  /** Where the cache has the blob as well: what it is made of. */
  readonly contents?: StoredContents | undefined;
}

/** A blob with the contents of a layer. */
export interface StoredContents extends StoredBlob {
  /** The diffIds of the source layers that it has bytes of. */
  readonly of: readonly Digest[];
}

/** A short name for a long key: nobody can make two keys that share one. */
export const nameOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/** What one build of the program found out, another one might find out differently. */
const WRITER = [VERSION, ...(BUILD === undefined ? [] : [BUILD])].join(' ');

/** The same table is the same bytes. */
export const encodeTable = ({ indexes, tars, layers }: Table): Buffer => {
  const document = {
    writer: WRITER,
    indexes: sorted(indexes, (key, { digest, size }) => ({ key, digest, size })),
    tars: sorted(tars, (key, { diffId, unpackedSize }) => ({ key, diffId, size: unpackedSize })),
    layers: layers.map(({ diffId, compression, storage, blob, contents }) => {
      const { mediaType, digest, size, annotations } = blob;
      const stored = { mediaType, digest, size, ...(annotations && { annotations }) };
      return { diffId, compression, storage, blob: stored, ...(contents && { contents }) };
    }),
  };
  return Buffer.from(JSON.stringify(document));
};

const sorted = <T, R>(map: ReadonlyMap<string, T>, row: (key: string, value: T) => R): R[] =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => row(key, value));

/** Reads a table back; `undefined` where another build wrote it. Throws `invalid-image` for what is none. */
export const decodeTable = (bytes: Uint8Array): Table | undefined => {
  const where = 'the table of a cache';
  const document = parseJson(bytes, where);
  if (document['writer'] !== WRITER) return undefined;
  const rows = (name: string) => asArray(document[name], where).map((row) => asObject(row, where));
  return {
    indexes: new Map(
      rows('indexes').map(({ key, digest, size }) => [
        asString(key, where),
        { digest: parseDigest(digest, where), size: asSize(size, where) },
      ]),
    ),
    tars: new Map(
      rows('tars').map(({ key, diffId, size }) => [
        asString(key, where),
        { diffId: parseDigest(diffId, where), unpackedSize: asSize(size, where) },
      ]),
    ),
    layers: rows('layers').flatMap(({ diffId, compression, storage, blob, contents }) => {
      const stored = COMPRESSIONS.find((one) => one === compression);
      return stored === undefined
        ? []
        : {
            diffId: parseDigest(diffId, where),
            compression: stored,
            storage: asString(storage, where),
            blob: readDescriptor(blob, where),
            ...(contents !== undefined && { contents: readContents(contents, where) }),
          };
    }),
  };
};

const readContents = (value: unknown, where: string): StoredContents => {
  const { digest, size, of } = asObject(value, where);
  return {
    digest: parseDigest(digest, where),
    size: asSize(size, where),
    of: asArray(of, where).map((each) => parseDigest(each, where)),
  };
};
