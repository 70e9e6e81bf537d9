import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ReslimError } from '../base/errors.ts';
import { asIoError } from '../base/io-error.ts';
import { RATIO_FLOOR, limitError, type Limits } from '../base/limits.ts';
import { Digester, type Algorithm, type Digest } from '../oci/digest.ts';
import type { Compression } from '../oci/media-type.ts';
import type { Codec } from './codec.ts';
import { detectCompression, MAGIC_SIZE } from './detect.ts';
import { gunzip } from './gunzip.ts';
import { TRAILING_BYTES } from './gzip-inflater.ts';
import { zstdDecoder } from './zstd.ts';

export interface Decompressed {
  readonly compression: Compression;
  /**
   * The tar bytes. A chunk is only valid until the next one is asked for. Rejects with `invalid-image` on
   * corrupt data and `limit` on a bomb.
   */
  readonly tar: AsyncIterable<Buffer>;
  /** The digest of the tar, once all of it was read. */
  readonly digest: () => Digest;
}

export interface DecompressOptions {
  readonly limits: Limits;
  readonly where: string;
  /** How the tar is hashed. */
  readonly algorithm: Algorithm;
  readonly codec: Codec;
}

/** Decompresses and hashes a layer, as its first bytes say. Several gzip members or zstd frames are one stream. */
export const decompress = async (
  content: AsyncIterable<Uint8Array>,
  options: DecompressOptions,
): Promise<Decompressed> => {
  const { algorithm, codec, where } = options;
  const { head, rest } = await peek(content, where);
  const compression = detectCompression(head, where);
  if (compression === 'none') {
    const { chunks, digest } = hashed(rest, algorithm);
    return { compression, tar: bounded(chunks, { size: 0 }, options), digest };
  }
  const input = { size: 0 };
  const stored = { compression, input, where };
  const read = counted(rest, input);
  const { chunks, digest } =
    compression === 'gzip'
      ? gunzip(read, { algorithm, codec })
      : hashed(unzstd(read, stored), algorithm);
  return { compression, tar: bounded(named(chunks, stored), input, options), digest };
};

const unzstd = (content: AsyncGenerator<Buffer>, stored: Stored): AsyncGenerator<Buffer> => {
  const decoder = zstdDecoder();
  return typeof decoder === 'function' ? decoder(content) : through(content, decoder, stored);
};

const hashed = (content: AsyncIterable<Buffer>, algorithm: Algorithm) => {
  const digester = new Digester(algorithm);
  async function* pass(): AsyncGenerator<Buffer> {
    for await (const chunk of content) {
      digester.update(chunk);
      yield chunk;
    }
  }
  return { chunks: pass(), digest: () => digester.digest() };
};

const peek = async (content: AsyncIterable<Uint8Array>, where: string) => {
  const iterator = content[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < MAGIC_SIZE) {
    const next = await nextOf(iterator, where);
    if (next.done) break;
    head = head.length === 0 ? asBuffer(next.value) : Buffer.concat([head, next.value]);
  }
  return { head, rest: resume(head, iterator, where) };
};

async function* resume(
  head: Buffer,
  iterator: AsyncIterator<Uint8Array>,
  where: string,
): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (;;) {
      const next = await nextOf(iterator, where);
      if (next.done) return;
      yield asBuffer(next.value);
    }
  } finally {
    await iterator.return?.();
  }
}

/** A failure to read the bytes is not a fault of the bytes: it becomes an `io` error before a decoder can fail. */
const nextOf = async (
  iterator: AsyncIterator<Uint8Array>,
  where: string,
): Promise<IteratorResult<Uint8Array>> => {
  try {
    return await iterator.next();
  } catch (error) {
    throw asIoError(error, where);
  }
};

async function* counted(
  content: AsyncIterable<Buffer>,
  total: { size: number },
): AsyncGenerator<Buffer> {
  for await (const chunk of content) {
    total.size += chunk.length;
    yield chunk;
  }
}

interface Stored {
  readonly compression: Compression;
  /** Bytes taken from the source so far. */
  readonly input: { readonly size: number };
  readonly where: string;
}

async function* through(
  content: AsyncGenerator<Buffer>,
  decoder: Transform,
  stored: Stored,
): AsyncGenerator<Buffer> {
  // `pipeline` destroys the decoder with whatever error either side has; iterating it then throws that.
  const input = Readable.from(withoutReturn(content), { objectMode: false });
  const pumped = pipeline(input, decoder).catch(() => {});
  try {
    yield* decoder as AsyncIterable<Buffer>;
    await pumped;
    await refuseTrailingBytes(content, decoder, stored);
  } finally {
    decoder.destroy();
    await pumped;
    await content.return(undefined);
  }
}

/** Turns what a decoder says into an error that names the layer. */
async function* named(
  tar: AsyncIterable<Buffer>,
  { compression, where }: Stored,
): AsyncGenerator<Buffer> {
  try {
    yield* tar;
  } catch (cause) {
    if (cause instanceof ReslimError) throw cause;
    const { message } = cause as Error;
    if (message === TRAILING_BYTES) throw trailingBytes({ compression, where });
    throw new ReslimError('invalid-image', `corrupt ${compression} data (${message}), ${where}`, {
      cause,
    });
  }
}

/** The same chunks; `content` can be read on when the reader of these stops early. */
async function* withoutReturn(content: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  for (let next = await content.next(); !next.done; next = await content.next()) yield next.value;
}

/** Bytes behind the data would stay unread, and so unverified. Go, and with it every runtime, refuses such a layer. */
const refuseTrailingBytes = async (
  content: AsyncGenerator<Buffer>,
  decoder: Transform & { readonly bytesWritten?: number },
  stored: Stored,
): Promise<void> => {
  const { bytesWritten = stored.input.size } = decoder;
  const rest = await content.next();
  if (!rest.done || bytesWritten !== stored.input.size) throw trailingBytes(stored);
};

const trailingBytes = ({
  compression,
  where,
}: Pick<Stored, 'compression' | 'where'>): ReslimError =>
  new ReslimError('invalid-image', `bytes after the end of the ${compression} data, ${where}`);

async function* bounded(
  tar: AsyncIterable<Buffer>,
  input: { readonly size: number },
  { limits, where }: { readonly limits: Limits; readonly where: string },
): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of tar) {
    size += chunk.length;
    if (size > limits.layerSize) {
      throw limitError('layerSize', `decompresses to more than ${limits.layerSize} bytes`, where);
    }
    if (input.size > 0 && size > RATIO_FLOOR && size / input.size > limits.expansionRatio) {
      throw limitError(
        'expansionRatio',
        `decompresses to more than ${limits.expansionRatio} times its size`,
        where,
      );
    }
    yield chunk;
  }
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
