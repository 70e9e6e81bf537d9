import { parentPort } from 'node:worker_threads';
import type { Algorithm } from '../../oci/digest.ts';
import { openAdder, type Adder } from '../hasher.ts';
import { compressorFor } from '../compressor.ts';
import { openInflater, type Inflater } from '../inflater.ts';
import type { Order, Reply } from './messages.ts';

/* A thread that compresses blocks, sums them up, and inflates streams, all as they come. */

type Of<K extends Order['kind']> = Extract<Order, { readonly kind: K }>;

const inflaters = new Map<number, Inflater>();
const adders = new Map<number, Adder>();

const reply = (message: Reply, memory: readonly ArrayBuffer[] = []): void =>
  parentPort?.postMessage(message, memory);

const compress = ({ channel, format, level, memory, length, before }: Of<'compress'>): void => {
  const bytes = compressorFor(format, level)(new Uint8Array(memory, 0, length), before);
  new Uint8Array(memory).set(bytes);
  reply({ kind: 'compressed', channel, memory, length: bytes.length }, [memory]);
};

const adderOf = (channel: number): Adder => {
  const adder = adders.get(channel) ?? openAdder();
  adders.set(channel, adder);
  return adder;
};

const sum = ({ channel, memory, length, crc }: Of<'sum'>): void => {
  adderOf(channel).add(new Uint8Array(memory, 0, length), { crc });
  reply({ kind: 'summed', channel, memory, length }, [memory]);
};

const endSum = ({ channel }: Of<'end-sum'>): void => {
  const sums = adderOf(channel).sums();
  adders.delete(channel);
  reply({ kind: 'sums', channel, sums });
};

const newInflater = (channel: number, algorithm: Algorithm): Inflater =>
  openInflater(algorithm, {
    onOutput: (memory, length) => reply({ kind: 'inflated', channel, memory, length }, [memory]),
    onInputTaken: (memory) => reply({ kind: 'input', channel, memory }, [memory]),
    onEnd: (digest) => reply({ kind: 'end', channel, digest }),
    onFailure: (message) => reply({ kind: 'failure', channel, message }),
  });

const inflate = ({ channel, algorithm, rooms }: Of<'inflate'>): void => {
  const inflater = newInflater(channel, algorithm);
  inflaters.set(channel, inflater);
  for (const memory of rooms) inflater.addRoom(memory);
};

const close = ({ channel }: Of<'close'>): void => {
  const rooms = inflaters.get(channel)?.close() ?? [];
  inflaters.delete(channel);
  reply({ kind: 'closed', channel, rooms }, rooms);
};

parentPort?.on('message', (order: Order) => {
  if (order.kind === 'compress') compress(order);
  else if (order.kind === 'sum') sum(order);
  else if (order.kind === 'end-sum') endSum(order);
  else if (order.kind === 'inflate') inflate(order);
  else if (order.kind === 'input') inflaters.get(order.channel)?.addInput(order);
  else if (order.kind === 'room') inflaters.get(order.channel)?.addRoom(order.memory);
  else close(order);
});
