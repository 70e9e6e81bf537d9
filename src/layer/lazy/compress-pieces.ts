import { inOrder } from '../../base/concurrency.ts';
import type { BlockStore } from '../../codec/block-store.ts';
import type { TarPiece } from './piece-tar.ts';

export interface CompressPiecesOptions {
  /** The bytes of a piece are given away. */
  readonly compress: (bytes: Buffer) => Promise<Buffer>;
  /** Names all that shapes the output beside the input. */
  readonly method: string;
  /** Where pieces that were compressed before are found. */
  readonly store: BlockStore | undefined;
}

/** A piece as it is stored. */
export interface StoredPiece extends Pick<TarPiece, 'onStored'> {
  readonly bytes: Buffer;
}

/** Compresses each piece by itself, or takes it from the store; yields them in order. */
export async function* compressPieces(
  pieces: AsyncIterable<TarPiece>,
  { compress, method, store }: CompressPiecesOptions,
): AsyncGenerator<StoredPiece> {
  if (!store) {
    yield* inOrder(pieces, async ({ bytes, onStored }) => ({
      bytes: await compress(bytes),
      onStored,
    }));
    return;
  }
  const groups = inOrder(grouped(pieces, store), async ({ pieces: group, names }) => {
    const key = `${method} ${store.nameOf(Buffer.from(names.join('\n')))}`;
    const kept = await store.get(key);
    const found = kept && unpack(kept, group.length);
    if (found) return { key, stored: found, onStored: group.map((piece) => piece.onStored) };
    const stored = await Promise.all(group.map(({ bytes }) => compress(bytes)));
    await store.put(key, pack(stored));
    return { key, stored, onStored: group.map((piece) => piece.onStored) };
  });
  for await (const { key, stored, onStored } of groups) {
    store.onPiece?.({ key, length: stored.reduce((sum, { length }) => sum + length, 0) });
    for (const [at, bytes] of stored.entries()) yield { bytes, onStored: onStored[at] };
  }
}

/** Pieces that are kept together: most files are too small for an entry of the cache each. */
interface Group {
  readonly pieces: readonly TarPiece[];
  /** Of their contents. */
  readonly names: readonly string[];
}

/** Bytes of a group. */
const LEAST = 256 * 1024;
const MOST = 1024 * 1024;

/**
 * Puts pieces together. Where a group ends depends on the contents around and on how far the last end is: a file that changes
 * moves the ends of few groups.
 */
async function* grouped(
  pieces: AsyncIterable<TarPiece>,
  { nameOf }: Pick<BlockStore, 'nameOf'>,
): AsyncGenerator<Group> {
  let group: TarPiece[] = [];
  let names: string[] = [];
  let size = 0;
  for await (const piece of pieces) {
    const name = nameOf(piece.bytes);
    group.push(piece);
    names.push(name);
    size += piece.bytes.length;
    if (size < LEAST || (size < MOST && !mayEndAfter(name))) continue;
    yield { pieces: group, names };
    [group, names, size] = [[], [], 0];
  }
  if (group.length > 0) yield { pieces: group, names };
}

/** A group may end after one piece of so many. */
const END_RATE = 16;

const mayEndAfter = (name: string): boolean => name.charCodeAt(name.length - 1) % END_RATE === 0;

const LENGTH = 4;

/** The pieces, and then the length of each. */
const pack = (stored: readonly Buffer[]): Buffer => {
  const lengths = Buffer.alloc(stored.length * LENGTH);
  for (const [at, { length }] of stored.entries()) lengths.writeUInt32LE(length, at * LENGTH);
  return Buffer.concat([...stored, lengths]);
};

/** `undefined` for bytes that are not so many pieces. */
const unpack = (packed: Buffer, count: number): readonly Buffer[] | undefined => {
  const end = packed.length - count * LENGTH;
  if (end < 0) return undefined;
  const stored: Buffer[] = [];
  let offset = 0;
  for (let at = 0; at < count; at++) {
    const length = packed.readUInt32LE(end + at * LENGTH);
    stored.push(packed.subarray(offset, offset + length));
    offset += length;
  }
  return offset === end ? stored : undefined;
};

/** Keeps a piece that is made anew each time, such as a table of contents: who writes a layer again finds all of it in the store. */
export const keepPiece = async (bytes: Buffer, store: BlockStore | undefined): Promise<void> => {
  if (!store) return;
  const key = `piece ${store.nameOf(bytes)}`;
  await store.put(key, bytes);
  store.onPiece?.({ key });
};
