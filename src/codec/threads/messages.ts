import type { Algorithm, Digest } from '../../oci/digest.ts';
import type { SumOptions, Sums } from '../hasher.ts';
import type { Format } from '../compressor.ts';

/*
 * What is said to a thread, and what it answers. Orders and replies name the channel they belong to; memory goes
 * to and fro with them, so that nothing is copied on the way and nothing thrown away.
 */

export type Order =
  | CompressOrder
  | SumOrder
  | EndSumOrder
  | InflateOrder
  | InputOrder
  | RoomOrder
  | CloseOrder;

interface OfChannel {
  readonly channel: number;
}

/** The first `length` bytes of `memory`. */
interface OfMemory extends OfChannel {
  readonly memory: ArrayBuffer;
  readonly length: number;
}

/** A block to compress; answered by `compressed`. */
interface CompressOrder extends OfMemory {
  readonly kind: 'compress';
  readonly format: Format;
  readonly level: number;
  readonly before?: Uint8Array | undefined;
}

/** A block to sum up, behind those before it; answered by `summed`. */
interface SumOrder extends OfMemory, SumOptions {
  readonly kind: 'sum';
}

/** That were all blocks to sum up; answered by `sums`. */
interface EndSumOrder extends OfChannel {
  readonly kind: 'end-sum';
}

/** A gzip stream begins; `rooms` take what it becomes. */
interface InflateOrder extends OfChannel {
  readonly kind: 'inflate';
  /** How the output is hashed. */
  readonly algorithm: Algorithm;
  readonly rooms: readonly ArrayBuffer[];
}

/** More of a stream, and whether it is the last. */
interface InputOrder extends OfMemory {
  readonly kind: 'input';
  readonly isLast: boolean;
}

/** Room for what a stream becomes. */
interface RoomOrder extends OfChannel {
  readonly kind: 'room';
  readonly memory: ArrayBuffer;
}

/** Nobody wants a stream any more; answered by `closed`, the last word on it. */
interface CloseOrder extends OfChannel {
  readonly kind: 'close';
}

export type Reply =
  | Compressed
  | Summed
  | SumsMade
  | Inflated
  | InputTaken
  | Ended
  | Failure
  | Closed;

/** What a block became, in its own memory. */
interface Compressed extends OfMemory {
  readonly kind: 'compressed';
}

/** A block as it was. */
interface Summed extends OfMemory {
  readonly kind: 'summed';
}

interface SumsMade extends OfChannel {
  readonly kind: 'sums';
  readonly sums: Sums;
}

/** More of what a stream becomes. */
interface Inflated extends OfMemory {
  readonly kind: 'inflated';
}

/** Memory of input that was read. */
interface InputTaken extends OfChannel {
  readonly kind: 'input';
  readonly memory: ArrayBuffer;
}

/** All came out and was right. */
interface Ended extends OfChannel {
  readonly kind: 'end';
  /** Of all that came out. */
  readonly digest: Digest;
}

interface Failure extends OfChannel {
  readonly kind: 'failure';
  readonly message: string;
}

/** Memory that was not used. */
interface Closed extends OfChannel {
  readonly kind: 'closed';
  readonly rooms: readonly ArrayBuffer[];
}
