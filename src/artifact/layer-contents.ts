import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { parseDigest, type Digest } from '../oci/digest.ts';
import { asArray, asObject, asSize, asString, parseJson } from '../oci/json.ts';
import type { WrittenBlock } from '../codec/block-store.ts';
import { MAX_CONTENTS } from './artifact-type.ts';

/** Bytes that a source layer and the tar of a new one have in common. */
export interface HeldSpan {
  /** Where they begin in the source layer, decompressed. */
  readonly offset: number;
  readonly length: number;
  /** Where they begin in the new tar. */
  readonly at: number;
}

/** What a layer that a run has written is made of, and how it is stored. */
export interface LayerContents {
  /** By the diffId of the source layer, in its order; none of them overlap. */
  readonly spans: ReadonlyMap<Digest, readonly HeldSpan[]>;
  /** Stored bytes before the first block. */
  readonly head: number;
  /** What names all blocks beside their contents. */
  readonly method: string;
  /** All bytes of the tar, in order. */
  readonly blocks: readonly Pick<WrittenBlock, 'size' | 'stored'>[];
}

const gzip = promisify(zlib.gzip);
const gunzip = promisify(zlib.gunzip);

/** Contents as they are stored in a cache; `undefined` where no run would read them back. */
export const packContents = async (contents: LayerContents): Promise<Buffer | undefined> => {
  const { spans, head, method, blocks } = contents;
  const document = {
    method,
    head,
    blocks: blocks.flatMap(({ size, stored }) => [size, stored]),
    layers: [...spans]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([diffId, held]) => ({
        diffId,
        spans: held.flatMap(({ offset, length, at }) => [offset, length, at]),
      })),
  };
  const bytes = Buffer.from(JSON.stringify(document));
  return bytes.length > MAX_CONTENTS ? undefined : gzip(bytes);
};

/** Rejects for bytes that are none, and for too many of them. */
export const unpackContents = async (bytes: Uint8Array): Promise<LayerContents> => {
  const where = 'what a layer is made of';
  const unpacked = await gunzip(bytes, { maxOutputLength: MAX_CONTENTS });
  const document = parseJson(unpacked, where);
  const numbers = (value: unknown): number[] =>
    asArray(value, where).map((each) => asSize(each, where));
  const rows = asArray(document['layers'], where).map((row) => asObject(row, where));
  return {
    method: asString(document['method'], where),
    head: asSize(document['head'], where),
    blocks: inGroups(numbers(document['blocks']), 2).map(([size = 0, stored = 0]) => ({
      size,
      stored,
    })),
    spans: new Map(
      rows.map((row) => [
        parseDigest(row['diffId'], where),
        inGroups(numbers(row['spans']), 3).map(([offset = 0, length = 0, at = 0]) => ({
          offset,
          length,
          at,
        })),
      ]),
    ),
  };
};

const inGroups = (numbers: readonly number[], size: number): (readonly number[])[] =>
  Array.from({ length: Math.floor(numbers.length / size) }, (_, group) =>
    numbers.slice(group * size, (group + 1) * size),
  );
