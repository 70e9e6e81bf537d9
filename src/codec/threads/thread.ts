import { parentPort } from 'node:worker_threads';
import { openCompressors } from '../compressors.ts';
import { openGzipInflater, type GzipInflater } from '../gzip-inflater.ts';
import { openHasher, type Hasher } from '../hasher.ts';
import { openRawInflates } from '../raw-inflate.ts';
import { openBlockVerifiers } from '../verify-block.ts';
import type { Order, Reply } from './messages.ts';

/* The program of a thread: compresses blocks, hashes them, and inflates streams, in the order they come. */

type OrderOf<K extends Order['kind']> = Extract<Order, { readonly kind: K }>;

const compressors = openCompressors();
const verifiers = openBlockVerifiers();
const inflates = openRawInflates();
const inflaters = new Map<number, GzipInflater>();
const hashers = new Map<number, Hasher>();

const reply = (message: Reply, memory: readonly ArrayBuffer[] = []): void =>
  parentPort?.postMessage(message, memory);

const compress = (order: OrderOf<'compress'>): void => {
  const { channel, format, level, memory, length, before, verify } = order;
  const block = new Uint8Array(memory, 0, length);
  const bytes = compressors(format, level)(block, before);
  try {
    if (verify) verifiers(format)(bytes, block, before);
  } catch (error) {
    return reply({ kind: 'failure', channel, message: (error as Error).message });
  }
  new Uint8Array(memory).set(bytes);
  reply({ kind: 'compressed', channel, memory, length: bytes.length }, [memory]);
};

const hasherOf = (channel: number): Hasher => {
  const hasher = hashers.get(channel) ?? openHasher();
  hashers.set(channel, hasher);
  return hasher;
};

const hash = ({ channel, memory, length, crc }: OrderOf<'hash'>): void => {
  hasherOf(channel).add(new Uint8Array(memory, 0, length), { crc });
  reply({ kind: 'hashed', channel, memory, length }, [memory]);
};

const endHash = ({ channel }: OrderOf<'end-hash'>): void => {
  const checksums = hasherOf(channel).checksums();
  hashers.delete(channel);
  reply({ kind: 'checksums', channel, checksums });
};

const inflate = ({ channel, algorithm, buffers }: OrderOf<'inflate'>): void => {
  const inflater = openGzipInflater(
    { algorithm, inflates },
    {
      onOutput: (memory, length) => reply({ kind: 'inflated', channel, memory, length }, [memory]),
      onInputTaken: (memory) => reply({ kind: 'input-taken', channel, memory }, [memory]),
      onEnd: (digest) => reply({ kind: 'end', channel, digest }),
      onFailure: (message) => reply({ kind: 'failure', channel, message }),
    },
  );
  inflaters.set(channel, inflater);
  for (const memory of buffers) inflater.addBuffer(memory);
};

const close = ({ channel }: OrderOf<'close'>): void => {
  const buffers = inflaters.get(channel)?.close() ?? [];
  inflaters.delete(channel);
  reply({ kind: 'closed', channel, buffers }, buffers);
};

parentPort?.on('message', (order: Order) => {
  if (order.kind === 'compress') compress(order);
  else if (order.kind === 'hash') hash(order);
  else if (order.kind === 'end-hash') endHash(order);
  else if (order.kind === 'inflate') inflate(order);
  else if (order.kind === 'input') inflaters.get(order.channel)?.addInput(order);
  else if (order.kind === 'buffer') inflaters.get(order.channel)?.addBuffer(order.memory);
  else close(order);
});
