import { open, unlink, type FileHandle } from 'node:fs/promises';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { ReslimError } from '../../base/errors.ts';
import { RATIO_FLOOR, limitError, type Limits } from '../../base/limits.ts';
import { oneLine } from '../../base/io-error.ts';
import { writeAll } from '../../base/write-all.ts';
import type { TempFolder } from '../temp.ts';
import { zstdDecoder, type Decoder } from '../../codec/zstd.ts';
import { sniff, SNIFF_SIZE, type Magic } from './sniff.ts';

/** An archive as a plain tar that can be read at any offset. */
export interface PlainFile {
  readonly handle: FileHandle;
  readonly size: number;
  /** The path by which another reader can open it, if there is one. */
  readonly path: string | undefined;
}

export interface SpoolOptions {
  readonly limits: Limits;
  /** Called when something must be spooled. */
  readonly openTemp: () => Promise<TempFolder>;
  /** Called with the number of bytes that were read, piece by piece. */
  readonly onBytes?: ((count: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes an archive that cannot be read in place to a private temp file, decompressed. Rejects with
 * `invalid-image` (no tar, damaged), `limit`, `unsupported` (another compression) or `io`.
 */
export const spool = async (
  content: AsyncIterable<Uint8Array>,
  shown: string,
  { limits, openTemp, signal, onBytes }: SpoolOptions,
): Promise<PlainFile> => {
  const { head, rest } = await peek(content, signal);
  const magic = sniff(head);
  const decoder = magic === 'tar' ? new PassThrough() : await decoderFor(magic, shown);
  const temp = await openTemp();
  const path = temp.file(`archive-${spoolCount++}.tar`);
  const handle = await open(path, 'wx+', 0o600);
  const counts: Counts = { input: 0, output: 0, failure: undefined };
  try {
    const input = Readable.from(count(rest, counts, onBytes), { objectMode: false });
    const output = (plain: AsyncIterable<Buffer>) =>
      write(plain, handle, counts, { limits, shown });
    await pipeline(input, decoder, output, { signal });
  } catch (error) {
    await handle.close();
    if (counts.failure !== undefined) throw counts.failure;
    if (error instanceof ReslimError || !isDecoderError(error)) throw error;
    throw new ReslimError(
      'invalid-image',
      `damaged ${magic} data (${oneLine((error as Error).message)}), ${shown}`,
      { cause: error },
    );
  }
  // An unlinked file is removed however the run ends; it can still be opened through /proc.
  if (process.platform !== 'linux') return { handle, size: counts.output, path };
  await unlink(path);
  return { handle, size: counts.output, path: `/proc/${process.pid}/fd/${handle.fd}` };
};

interface Counts {
  input: number;
  output: number;
  /** Why writing stopped; the pipeline would only report that the decoder was closed early. */
  failure: unknown;
}

let spoolCount = 0;

/** All errors but those of system calls come from the decoder. */
const isDecoderError = (error: unknown): boolean => {
  const { name, syscall } = error as NodeJS.ErrnoException;
  return syscall === undefined && name !== 'AbortError';
};

const peek = async (content: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined) => {
  const iterator = content[Symbol.asyncIterator]();
  let head = Buffer.of();
  while (head.length < SNIFF_SIZE) {
    signal?.throwIfAborted();
    const { done, value } = await iterator.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  const rest = async function* () {
    yield head;
    yield* { [Symbol.asyncIterator]: () => iterator };
  };
  return { head, rest: rest() };
};

async function* count(
  content: AsyncIterable<Uint8Array>,
  counts: { input: number },
  onBytes: SpoolOptions['onBytes'],
): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    counts.input += chunk.length;
    onBytes?.(chunk.length);
    yield chunk;
  }
}

const write = async (
  plain: AsyncIterable<Buffer>,
  handle: FileHandle,
  counts: Counts,
  bounds: { readonly limits: Limits; readonly shown: string },
): Promise<void> => {
  for await (const chunk of plain) {
    counts.output += chunk.length;
    try {
      checkBounds(counts, bounds);
      await writeAll(handle, chunk);
    } catch (error) {
      counts.failure = error;
      throw error;
    }
  }
};

const checkBounds = (
  { input, output }: Counts,
  { limits, shown }: { readonly limits: Limits; readonly shown: string },
): void => {
  if (output > limits.layerSize) {
    throw limitError('layerSize', `decompresses to more than ${limits.layerSize} bytes`, shown);
  }
  if (output > RATIO_FLOOR && output / input > limits.expansionRatio) {
    throw limitError(
      'expansionRatio',
      `decompresses to more than ${limits.expansionRatio} times its size`,
      shown,
    );
  }
};

const decoderFor = async (magic: Magic | undefined, shown: string): Promise<Decoder> => {
  if (magic === 'gzip') return zlib.createGunzip({ chunkSize: 256 * 1024 });
  if (magic === 'zstd') return zstdDecoder();
  if (magic === 'bzip2' || magic === 'xz') {
    throw new ReslimError('unsupported', `an archive compressed with ${magic}: ${shown}`, {
      hint: `decompress it first: ${magic} -dk FILE`,
    });
  }
  throw new ReslimError('invalid-image', `not an image archive: ${shown}`, {
    hint: 'an archive is a tar, plain or compressed with gzip or zstd',
  });
};
