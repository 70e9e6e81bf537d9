import { inOrder } from '../base/concurrency.ts';
import type { BufferPool } from './buffer-pool.ts';

/**
 * Compressed blocks of earlier runs. A block becomes the same bytes wherever it stands, so that one which was
 * compressed before need not be compressed again: the output is the same with and without a store.
 */
export interface BlockStore {
  /** A part of keys that stands for contents: other contents have another name. */
  readonly nameOf: (contents: Uint8Array) => string;
  get(key: string): Promise<Buffer | undefined>;
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Called with each piece of the output, in order. */
  onPiece?(piece: OutputPiece): void;
  /** Called with each piece that is a block. */
  onBlock?(block: WrittenBlock): void;
}

export interface WrittenBlock {
  /** What names it beside its contents. */
  readonly method: string;
  /** Bytes before and after it was compressed. */
  readonly size: number;
  readonly stored: number;
}

/** What the store has under a key, or so many bytes of its beginning; or bytes that are in no store. */
export type OutputPiece =
  | { readonly key: string; readonly length?: number | undefined }
  | { readonly bytes: Uint8Array };

/** Blocks that were not verified when they were made are not found by runs that verify. */
export const methodOf = (method: string, verify: boolean): string =>
  verify ? `${method} verified` : method;

export interface BlockInput {
  readonly block: Buffer;
  /** What precedes the block, where the output depends on it. */
  readonly before?: Buffer | undefined;
}

export interface ReuseOptions {
  /** Names all that shapes the output beside the input: format, level, version of the library. */
  readonly method: () => string;
  readonly compress: (input: BlockInput) => Promise<Buffer>;
  readonly store: BlockStore | undefined;
  readonly buffers: BufferPool;
}

/** Takes compressed blocks from the store, or makes and keeps them; yields them in order. */
export async function* reusedBlocks(
  inputs: AsyncIterable<BlockInput>,
  { method, compress, store, buffers }: ReuseOptions,
): AsyncGenerator<Buffer> {
  if (!store) {
    yield* inOrder(inputs, compress);
    return;
  }
  const named = method();
  const blocks = inOrder(inputs, async (input) => {
    const key = blockKey(named, input, store);
    const size = input.block.length;
    const kept = await store.get(key);
    if (kept) {
      buffers.release(input.block);
      return { key, size, bytes: kept };
    }
    const bytes = await compress(input);
    await store.put(key, bytes);
    return { key, size, bytes };
  });
  for await (const { key, size, bytes } of blocks) {
    store.onPiece?.({ key });
    store.onBlock?.({ method: named, size, stored: bytes.length });
    yield bytes;
  }
}

/** The key of a block in a store. */
export const blockKey = (
  method: string,
  { block, before }: BlockInput,
  { nameOf }: Pick<BlockStore, 'nameOf'>,
): string => [method, nameOf(block), ...(before ? [nameOf(before)] : [])].join(' ');
