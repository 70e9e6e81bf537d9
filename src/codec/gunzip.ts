import { EventEmitter, once } from 'node:events';
import type { Algorithm, Digest } from '../oci/digest.ts';
import { returnMemory, takeBlock } from './block-memory.ts';
import type { Reply } from './threads/messages.ts';
import { openChannel, type Channel } from './threads/threads.ts';

/** What is sent at a time, in bytes, and how much of it may lie there unread. */
const INPUT_SIZE = 512 * 1024;
const MAX_INPUTS = 2;

/** Chunks that may be ahead of the reader: inflating goes on while they are hashed and indexed. */
const MAX_CHUNKS = 4;
const CHUNK_SIZE = 1024 * 1024;

/** What a gzip stream holds. */
export interface Gunzipped {
  /** Each good until the next is asked for. */
  readonly chunks: AsyncGenerator<Buffer>;
  /** Of all chunks, once they were read. */
  readonly digest: () => Digest;
}

/**
 * Decompresses a gzip stream of one or more members on another thread, which hashes what comes out. Reads all
 * of `content`; rejects as it does, or with what is wrong with the data.
 */
export const gunzip = (content: AsyncIterable<Buffer>, algorithm: Algorithm): Gunzipped => {
  let digest: Digest | undefined;
  return {
    chunks: chunksOf(content, algorithm, (made) => (digest = made)),
    digest: () => {
      if (!digest) throw new Error('there are chunks to come');
      return digest;
    },
  };
};

async function* chunksOf(
  content: AsyncIterable<Buffer>,
  algorithm: Algorithm,
  onDigest: (digest: Digest) => void,
): AsyncGenerator<Buffer> {
  const stream = openStream(algorithm, onDigest);
  const sent = sendAll(content, stream);
  sent.catch((error: unknown) => stream.fail(error));
  try {
    for (let chunk = await stream.next(); chunk; chunk = await stream.next()) {
      yield Buffer.from(chunk.memory, 0, chunk.length);
      stream.addRoom(chunk.memory);
    }
    await sent;
  } finally {
    stream.close();
    await Promise.allSettled([sent]);
  }
}

const sendAll = async (content: AsyncIterable<Buffer>, stream: Stream): Promise<void> => {
  let block = takeBlock(INPUT_SIZE);
  let filled = 0;
  for await (const chunk of content) {
    for (let done = 0; done < chunk.length;) {
      const size = chunk.copy(block, filled, done);
      done += size;
      filled += size;
      if (filled < block.length) continue;
      await stream.hunger();
      if (stream.isClosed()) return;
      stream.addInput(block, filled, false);
      block = takeBlock(INPUT_SIZE);
      filled = 0;
    }
  }
  await stream.hunger();
  stream.addInput(block, filled, true);
};

interface Stream {
  addInput(block: Buffer, length: number, isLast: boolean): void;
  addRoom(memory: ArrayBuffer): void;
  /** Waits until more input is wanted, or the stream is closed. */
  hunger(): Promise<void>;
  /** The next chunk; nothing at the end. */
  next(): Promise<Chunk | undefined>;
  fail(error: unknown): void;
  close(): void;
  isClosed(): boolean;
}

interface Chunk {
  readonly memory: ArrayBuffer;
  readonly length: number;
}

/** How a stream stands. */
interface Standing {
  readonly chunks: Chunk[];
  /** Sent and not taken yet. */
  inputs: number;
  isOver: boolean;
  isClosed: boolean;
  failure: { readonly error: unknown } | undefined;
}

const openStream = (algorithm: Algorithm, onDigest: (digest: Digest) => void): Stream => {
  const now: Standing = {
    chunks: [],
    inputs: 0,
    isOver: false,
    isClosed: false,
    failure: undefined,
  };
  const changes = new EventEmitter();
  const fail = (error: unknown): void => {
    now.failure ??= { error };
    changes.emit('change');
  };
  const channel: Channel = openChannel({
    onLoss: fail,
    onReply: (reply) => {
      note(reply, now);
      if (reply.kind === 'end') onDigest(reply.digest);
      if (reply.kind === 'closed') channel.close();
      changes.emit('change');
    },
  });
  const rooms = Array.from(
    { length: MAX_CHUNKS },
    () => takeBlock(CHUNK_SIZE).buffer as ArrayBuffer,
  );
  channel.send({ kind: 'inflate', algorithm, rooms }, rooms);
  return {
    addRoom: (memory) => channel.send({ kind: 'room', memory }, [memory]),
    addInput: (block, length, isLast) => {
      if (now.isClosed) return;
      now.inputs++;
      const memory = block.buffer as ArrayBuffer;
      channel.send({ kind: 'input', memory, length, isLast }, [memory]);
    },
    hunger: async () => {
      while (now.inputs >= MAX_INPUTS && !now.isClosed && !now.failure)
        await once(changes, 'change');
    },
    next: async () => {
      while (now.chunks.length === 0 && !now.isOver && !now.failure) await once(changes, 'change');
      if (now.chunks.length > 0) return now.chunks.shift();
      if (now.failure) throw now.failure.error;
      return undefined;
    },
    fail,
    close: () => {
      now.isClosed = true;
      channel.send({ kind: 'close' }, []);
      for (const { memory } of now.chunks) returnMemory(memory);
      changes.emit('change');
    },
    isClosed: () => now.isClosed || now.failure !== undefined,
  };
};

const note = (reply: Reply, now: Standing): void => {
  if (reply.kind === 'inflated') now.chunks.push(reply);
  else if (reply.kind === 'end') now.isOver = true;
  else if (reply.kind === 'failure') now.failure ??= { error: new Error(reply.message) };
  else if (reply.kind === 'closed') for (const memory of reply.rooms) returnMemory(memory);
  else if (reply.kind === 'input') {
    now.inputs--;
    returnMemory(reply.memory);
  }
};
