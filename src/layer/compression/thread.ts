import { parentPort } from 'node:worker_threads';
import { compressorFor, type Format } from './compressor.ts';
import { openInflater, type Inflater } from './inflater.ts';

/*
 * A thread that compresses blocks and inflates streams. Orders and replies name the channel they belong to;
 * memory goes to and fro with them, so that nothing is copied on the way and nothing thrown away.
 */

export type Order = BlockOrder | InputOrder | RoomOrder | CloseOrder;

interface OfChannel {
  readonly channel: number;
}

/** A block to compress: the first `length` bytes of `memory`. */
export interface BlockOrder extends OfChannel {
  readonly kind: 'block';
  readonly format: Format;
  readonly level: number;
  readonly memory: ArrayBuffer;
  readonly length: number;
  readonly before?: Uint8Array | undefined;
}

/** More of a gzip stream: the first `length` bytes of `memory`, and whether they are the last. */
export interface InputOrder extends OfChannel {
  readonly kind: 'input';
  readonly memory: ArrayBuffer;
  readonly length: number;
  readonly isLast: boolean;
}

/** Room for what a stream becomes. */
export interface RoomOrder extends OfChannel {
  readonly kind: 'room';
  readonly memory: ArrayBuffer;
}

/** Nobody wants a stream any more. */
export interface CloseOrder extends OfChannel {
  readonly kind: 'close';
}

export type Reply = Compressed | Inflated | InputTaken | Ended | Failure | Closed;

/** What a block became, in its own memory. */
export interface Compressed extends OfChannel {
  readonly kind: 'compressed';
  readonly memory: ArrayBuffer;
  readonly length: number;
}

export interface Inflated extends OfChannel {
  readonly kind: 'inflated';
  readonly memory: ArrayBuffer;
  readonly length: number;
}

export interface InputTaken extends OfChannel {
  readonly kind: 'input';
  readonly memory: ArrayBuffer;
}

export interface Ended extends OfChannel {
  readonly kind: 'end';
}

export interface Failure extends OfChannel {
  readonly kind: 'failure';
  readonly message: string;
}

/** Memory that was not used. */
export interface Closed extends OfChannel {
  readonly kind: 'closed';
  readonly rooms: readonly ArrayBuffer[];
}

const inflaters = new Map<number, Inflater>();

const reply = (message: Reply, memory: readonly ArrayBuffer[] = []): void =>
  parentPort?.postMessage(message, memory);

const inflaterOf = (channel: number): Inflater => {
  const known = inflaters.get(channel);
  if (known) return known;
  const inflater = openInflater({
    onOutput: (memory, length) => reply({ kind: 'inflated', channel, memory, length }, [memory]),
    onInputTaken: (memory) => reply({ kind: 'input', channel, memory }, [memory]),
    onEnd: () => reply({ kind: 'end', channel }),
    onFailure: (message) => reply({ kind: 'failure', channel, message }),
  });
  inflaters.set(channel, inflater);
  return inflater;
};

const compressBlock = ({ channel, format, level, memory, length, before }: BlockOrder): void => {
  const bytes = compressorFor(format, level)(new Uint8Array(memory, 0, length), before);
  new Uint8Array(memory).set(bytes);
  reply({ kind: 'compressed', channel, memory, length: bytes.length }, [memory]);
};

const close = ({ channel }: CloseOrder): void => {
  const rooms = inflaterOf(channel).close();
  inflaters.delete(channel);
  reply({ kind: 'closed', channel, rooms }, rooms);
};

parentPort?.on('message', (order: Order) => {
  if (order.kind === 'block') compressBlock(order);
  else if (order.kind === 'close') close(order);
  else if (order.kind === 'room') inflaterOf(order.channel).addRoom(order.memory);
  else inflaterOf(order.channel).addInput(order);
});
