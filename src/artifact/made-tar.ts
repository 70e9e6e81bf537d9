import type { FileHandle } from 'node:fs/promises';
import { ReslimError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import { writeAll } from '../base/write-all.ts';
import { blockKey, type BlockStore } from '../codec/block-store.ts';
import type { Codec } from '../codec/codec.ts';
import { blockSize } from '../codec/compress.ts';
import { decompress } from '../codec/decompress.ts';
import { dictionaryOf } from '../codec/gzip.ts';
import { fileBytes, type LayerBytes } from '../layer/layer-bytes.ts';
import { openFetchedBlob } from '../layer/read/fetched-blob.ts';
import { shortDigest } from '../oci/descriptor.ts';
import { algorithmOf } from '../oci/digest.ts';
import type { BlobReader } from '../oci/store.ts';
import { verified } from '../oci/verified.ts';
import type { LayerContents } from './layer-contents.ts';
import type { MadeLayer } from './table.ts';

/** A layer that an earlier run has written: its tar, and the blocks it is stored as. */
export interface MadeTar extends Pick<LayerBytes, 'read' | 'close'> {
  /** A compressed block by its key. */
  readonly block: (key: string) => Promise<Buffer | undefined>;
}

export interface MadeTarOptions extends Pick<BlockStore, 'nameOf'> {
  readonly source: BlobReader;
  readonly codec: Codec;
  readonly limits: Limits;
  /** Opens an empty private file; it is removed when closed. */
  readonly newSpool: () => Promise<FileHandle>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Fetches a layer into one file and decompresses it into another; all is verified before any of it is used. Rejects with
 * `mismatch` and `not-found` where it is not what the cache says.
 */
export const openMadeTar = async (
  { blob, diffId, compression }: MadeLayer,
  contents: LayerContents,
  options: MadeTarOptions,
): Promise<MadeTar> => {
  const { source, codec, limits, newSpool, signal } = options;
  const stored = await newSpool();
  let spool: FileHandle | undefined;
  try {
    spool = await newSpool();
    const fetched = openFetchedBlob(stored, source.open(blob, { signal }));
    const where = `layer ${shortDigest(blob.digest)} of an earlier run`;
    const { tar, digest } = await decompress(verified(fetched.content, blob), {
      limits,
      where,
      algorithm: algorithmOf(diffId),
      codec,
    });
    const blocks = nameBlocks(contents, compression === 'gzip', options);
    let size = 0;
    for await (const chunk of tar) {
      await writeAll(spool, chunk);
      blocks.add(chunk);
      size += chunk.length;
    }
    if (digest() !== diffId)
      throw new ReslimError(
        'mismatch',
        `decompressed bytes are not ${shortDigest(diffId)}, ${where}`,
      );
    return madeTar(fileBytes(spool, 0, size), fileBytes(stored, 0, blob.size), blocks.places());
  } catch (error) {
    await Promise.allSettled([stored.close(), spool?.close()]);
    throw error;
  }
};

interface StoredPlace {
  readonly offset: number;
  readonly length: number;
}

const madeTar = (
  tar: LayerBytes,
  stored: LayerBytes,
  places: ReadonlyMap<string, StoredPlace>,
): MadeTar => ({
  read: tar.read,
  block: async (key) => {
    const place = places.get(key);
    if (!place) return undefined;
    const bytes = Buffer.allocUnsafeSlow(place.length);
    await stored.read(bytes, place.offset);
    return bytes;
  },
  close: async () => {
    await Promise.all([tar.close(), stored.close()]);
  },
});

/** No block is larger. Bytes. */
const LARGEST = blockSize('zstd');

/** Names blocks while the tar passes that they are joined to. */
const nameBlocks = (
  { blocks, head, method }: LayerContents,
  refersBack: boolean,
  { nameOf }: Pick<BlockStore, 'nameOf'>,
) => {
  const places = new Map<string, StoredPlace>();
  const block = Buffer.allocUnsafeSlow(LARGEST);
  let before: Buffer | undefined;
  let filled = 0;
  let next = 0;
  let offset = head;
  const finish = (stored: number): void => {
    const whole = block.subarray(0, filled);
    places.set(blockKey(method, { block: whole, before }, { nameOf }), { offset, length: stored });
    before = refersBack ? dictionaryOf(whole) : undefined;
    offset += stored;
    filled = 0;
    next++;
  };
  return {
    places: () => places,
    add: (chunk: Buffer): void => {
      for (let done = 0; done < chunk.length;) {
        const current = blocks[next];
        if (!current || current.size > LARGEST) return;
        const count = chunk.copy(block, filled, done, done + current.size - filled);
        done += count;
        filled += count;
        if (filled === current.size) finish(current.stored);
      }
    },
  };
};
