import type { Algorithm, Digest } from '../../oci/digest.ts';
import type { Format } from '../block-compressor.ts';
import type { ChecksumOptions, Checksums } from '../hasher.ts';

/*
 * Orders to a thread, and its replies. Both name the channel they belong to. Memory is transferred with
 * them and comes back with a reply, so that nothing is copied on the way and all of it is used again.
 */

export type Order =
  | CompressOrder
  | HashOrder
  | EndHashOrder
  | InflateOrder
  | InputOrder
  | BufferOrder
  | CloseOrder;

interface OfChannel {
  readonly channel: number;
}

/** The first `length` bytes of `memory`. */
interface OfMemory extends OfChannel {
  readonly memory: ArrayBuffer;
  readonly length: number;
}

/** A block to compress; answered by `compressed`, or by `failure` where it is verified and wrong. */
interface CompressOrder extends OfMemory {
  readonly kind: 'compress';
  readonly format: Format;
  readonly level: number;
  readonly before?: Uint8Array | undefined;
  readonly verify: boolean;
}

/** A block to hash, behind those before it; answered by `hashed`. */
interface HashOrder extends OfMemory, ChecksumOptions {
  readonly kind: 'hash';
}

/** There are no more blocks to hash; answered by `checksums`. */
interface EndHashOrder extends OfChannel {
  readonly kind: 'end-hash';
}

/** A gzip stream begins; its output goes into `buffers`. */
interface InflateOrder extends OfChannel {
  readonly kind: 'inflate';
  /** How the output is hashed. */
  readonly algorithm: Algorithm;
  readonly buffers: readonly ArrayBuffer[];
}

/** More of a gzip stream, and whether it is the last. */
interface InputOrder extends OfMemory {
  readonly kind: 'input';
  readonly isLast: boolean;
}

/** A buffer for more output of a gzip stream. */
interface BufferOrder extends OfChannel {
  readonly kind: 'buffer';
  readonly memory: ArrayBuffer;
}

/** A gzip stream is not wanted any more; answered by `closed`, the last reply of its channel. */
interface CloseOrder extends OfChannel {
  readonly kind: 'close';
}

export type Reply =
  | Compressed
  | Hashed
  | ChecksumsReply
  | Inflated
  | InputTaken
  | Ended
  | Failure
  | Closed;

/** What a block was compressed to, in its own memory. */
interface Compressed extends OfMemory {
  readonly kind: 'compressed';
}

/** The block, unchanged. */
interface Hashed extends OfMemory {
  readonly kind: 'hashed';
}

interface ChecksumsReply extends OfChannel {
  readonly kind: 'checksums';
  readonly checksums: Checksums;
}

/** More output of a gzip stream. */
interface Inflated extends OfMemory {
  readonly kind: 'inflated';
}

/** Memory of input that was read. */
interface InputTaken extends OfChannel {
  readonly kind: 'input-taken';
  readonly memory: ArrayBuffer;
}

/** The gzip stream ended, and all of it was right. */
interface Ended extends OfChannel {
  readonly kind: 'end';
  /** Of the output. */
  readonly digest: Digest;
}

/** The gzip stream is corrupt, or a block was not compressed to what it is. */
interface Failure extends OfChannel {
  readonly kind: 'failure';
  readonly message: string;
}

/** Buffers that were not filled. */
interface Closed extends OfChannel {
  readonly kind: 'closed';
  readonly buffers: readonly ArrayBuffer[];
}
