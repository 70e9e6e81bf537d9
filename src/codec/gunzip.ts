import { EventEmitter, once } from 'node:events';
import type { Algorithm, Digest } from '../oci/digest.ts';
import type { Codec } from './codec.ts';
import type { Reply } from './threads/messages.ts';
import type { Channel } from './threads/thread-pool.ts';

/** What is sent at a time, in bytes, at most, and how much of it may wait at the thread. */
const INPUT_SIZE = 512 * 1024;
const MAX_INPUTS = 2;

/** Chunks that may be ahead of the reader: inflating goes on while they are hashed and indexed. */
const MAX_CHUNKS = 4;
const CHUNK_SIZE = 1024 * 1024;

/** What a gzip stream holds. */
export interface Gunzipped {
  /** Each chunk is only valid until the next one is asked for. */
  readonly chunks: AsyncGenerator<Buffer>;
  /** Of all chunks, once they were read. */
  readonly digest: () => Digest;
}

export interface GunzipOptions {
  /** How the output is hashed. */
  readonly algorithm: Algorithm;
  readonly codec: Codec;
}

/**
 * Decompresses a gzip stream of one or more members on another thread, which hashes what comes out. Reads all
 * of `content`; rejects as it does, or with what is wrong with the data. Chunks that are buffers of the codec's pool,
 * none of them over 512 KiB, are given away.
 */
export const gunzip = (content: AsyncIterable<Buffer>, options: GunzipOptions): Gunzipped => {
  let digest: Digest | undefined;
  return {
    chunks: chunksOf(content, options, (found) => (digest = found)),
    digest: () => {
      if (!digest) throw new Error('there are chunks to come');
      return digest;
    },
  };
};

async function* chunksOf(
  content: AsyncIterable<Buffer>,
  options: GunzipOptions,
  onDigest: (digest: Digest) => void,
): AsyncGenerator<Buffer> {
  const stream = openStream(options, onDigest);
  const sent = sendAll(content, stream, options.codec);
  sent.catch((error: unknown) => stream.fail(error));
  try {
    for (let chunk = await stream.next(); chunk; chunk = await stream.next()) {
      yield Buffer.from(chunk.memory, 0, chunk.length);
      stream.addBuffer(chunk.memory);
    }
    await sent;
  } finally {
    stream.close();
    await Promise.allSettled([sent]);
  }
}

const sendAll = async (
  content: AsyncIterable<Buffer>,
  stream: Stream,
  { buffers }: Codec,
): Promise<void> => {
  let block = buffers.take(INPUT_SIZE);
  let filled = 0;
  for await (const chunk of content) {
    if (filled === 0 && buffers.owns(chunk)) {
      await stream.wantsInput();
      if (stream.isClosed()) return;
      stream.addInput(chunk, chunk.length, false);
      continue;
    }
    for (let done = 0; done < chunk.length;) {
      const size = chunk.copy(block, filled, done);
      done += size;
      filled += size;
      if (filled < block.length) continue;
      await stream.wantsInput();
      if (stream.isClosed()) return;
      stream.addInput(block, filled, false);
      block = buffers.take(INPUT_SIZE);
      filled = 0;
    }
  }
  await stream.wantsInput();
  stream.addInput(block, filled, true);
};

/** A gzip stream that a thread inflates. */
interface Stream {
  addInput(block: Buffer<ArrayBuffer>, length: number, isLast: boolean): void;
  /** Adds a buffer that output may fill. */
  addBuffer(memory: ArrayBuffer): void;
  /** Waits until more input is wanted, or the stream is closed. */
  wantsInput(): Promise<void>;
  /** The next chunk; `undefined` at the end. */
  next(): Promise<Chunk | undefined>;
  fail(error: unknown): void;
  close(): void;
  isClosed(): boolean;
}

interface Chunk {
  readonly memory: ArrayBuffer;
  readonly length: number;
}

interface StreamState {
  /** What came out and was not read yet. */
  readonly chunks: Chunk[];
  /** How many inputs were sent and not taken yet. */
  inputs: number;
  isOver: boolean;
  isClosed: boolean;
  failure: { readonly error: unknown } | undefined;
}

const openStream = (
  { algorithm, codec: { buffers, threads } }: GunzipOptions,
  onDigest: (digest: Digest) => void,
): Stream => {
  const state: StreamState = {
    chunks: [],
    inputs: 0,
    isOver: false,
    isClosed: false,
    failure: undefined,
  };
  const changes = new EventEmitter();
  const fail = (error: unknown): void => {
    state.failure ??= { error };
    changes.emit('change');
  };
  const channel: Channel = threads.open({
    onLoss: fail,
    onReply: (reply) => {
      for (const memory of applyReply(reply, state)) buffers.reclaim(memory);
      if (reply.kind === 'end') onDigest(reply.digest);
      if (reply.kind === 'closed') channel.close();
      changes.emit('change');
    },
  });
  const output = Array.from({ length: MAX_CHUNKS }, () => buffers.take(CHUNK_SIZE).buffer);
  channel.send({ kind: 'inflate', algorithm, buffers: output }, output);
  return {
    addBuffer: (memory) => channel.send({ kind: 'buffer', memory }, [memory]),
    addInput: (block, length, isLast) => {
      if (state.isClosed) return;
      state.inputs++;
      const memory = block.buffer;
      channel.send({ kind: 'input', memory, length, isLast }, [memory]);
    },
    wantsInput: async () => {
      while (state.inputs >= MAX_INPUTS && !state.isClosed && !state.failure)
        await once(changes, 'change');
    },
    next: async () => {
      while (state.chunks.length === 0 && !state.isOver && !state.failure)
        await once(changes, 'change');
      if (state.chunks.length > 0) return state.chunks.shift();
      if (state.failure) throw state.failure.error;
      return undefined;
    },
    fail,
    close: () => {
      state.isClosed = true;
      channel.send({ kind: 'close' }, []);
      for (const { memory } of state.chunks) buffers.reclaim(memory);
      changes.emit('change');
    },
    isClosed: () => state.isClosed || state.failure !== undefined,
  };
};

/** Brings the state up to date. Returns memory that is free. */
const applyReply = (reply: Reply, state: StreamState): readonly ArrayBuffer[] => {
  if (reply.kind === 'inflated') state.chunks.push(reply);
  else if (reply.kind === 'end') state.isOver = true;
  else if (reply.kind === 'failure') state.failure ??= { error: new Error(reply.message) };
  else if (reply.kind === 'closed') return reply.buffers;
  else if (reply.kind === 'input-taken') {
    state.inputs--;
    return [reply.memory];
  }
  return [];
};
