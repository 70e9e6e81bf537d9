import { inOrder } from '../base/concurrency.ts';
import { ReslimError } from '../base/errors.ts';
import { DamagedCache, type Cache } from '../cache/cache.ts';
import type { BlockStore, OutputPiece } from '../codec/block-store.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { ImageTarget } from '../oci/store.ts';

/** Compressed blocks of the new layers of one image, found and kept in the cache. */
export interface KeptBlocks {
  /** The store for a layer, by its position in the new image. */
  readonly storeFor: (layer: number) => BlockStore;
  /** What each layer that was compressed consists of, by its position in the new image. */
  readonly pieces: ReadonlyMap<number, readonly OutputPiece[]>;
}

export const openKeptBlocks = (cache: Cache): KeptBlocks => {
  const pieces = new Map<number, OutputPiece[]>();
  return {
    pieces,
    storeFor: (layer) => ({
      nameOf: (contents) => cache.nameOf(contents),
      get: (key) => cache.get('runs', key),
      put: (key, bytes) => cache.put('runs', key, bytes),
      onPiece: (piece) => {
        const known = pieces.get(layer);
        if (known) known.push(piece);
        else pieces.set(layer, [piece]);
      },
    }),
  };
};

export interface PutPiecesOptions {
  readonly cache: Cache;
  readonly target: ImageTarget;
  readonly signal: AbortSignal | undefined;
}

/**
 * Puts a layer together from its pieces. Rejects with `DamagedCache` when one of them is gone, or when the
 * layer does not have its digest any more.
 */
export const putPieces = async (
  pieces: readonly OutputPiece[],
  descriptor: Descriptor,
  { cache, target, signal }: PutPiecesOptions,
): Promise<void> => {
  if (await target.has(descriptor)) return;
  const { mediaType } = descriptor;
  try {
    await target.put(joinPieces(pieces, cache), { mediaType, expected: descriptor, signal });
  } catch (error) {
    if (error instanceof ReslimError && error.code === 'mismatch') throw new DamagedCache();
    throw error;
  }
};

async function* joinPieces(
  pieces: readonly OutputPiece[],
  cache: Cache,
): AsyncGenerator<Uint8Array> {
  async function* each(): AsyncGenerator<OutputPiece> {
    yield* pieces;
  }
  yield* inOrder(each(), async (piece) => {
    if ('bytes' in piece) return piece.bytes;
    const bytes = await cache.get('runs', piece.key);
    if (!bytes) throw new DamagedCache();
    return bytes.subarray(0, piece.length);
  });
}
