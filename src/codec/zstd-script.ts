import { createRequire } from 'node:module';
import type * as Fzstd from 'fzstd';

/** As libzstd, and with it every runtime, refuses more unless it is told otherwise. */
const MAX_WINDOW = 128 * 1024 * 1024;
const MAX_BLOCK = 128 * 1024;

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
/** Bytes of the dictionary's id and of the size of the contents, by what the header's first byte says. */
const DICTIONARY_SIZES = [0, 1, 2, 4];
const CONTENT_SIZES = [0, 2, 4, 8];
const CHECKSUM_SIZE = 4;

/**
 * Decompresses in JavaScript, where neither zstd-napi nor a zstd of Node is there: at a tenth of their speed. The
 * decoder is given one block at a time, so that it never makes more than 128 KiB between two yields, and never a
 * window that is too large. Checksums are passed over: what becomes of the bytes is verified by its digest.
 */
export async function* decodeInScript(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { Decompress } = createRequire(import.meta.url)('fzstd') as typeof Fzstd;
  const input = openInput(content);
  for (let magic = await input.begin(4); magic; magic = await input.begin(4)) {
    const number = magic.readUInt32LE();
    if ((number & 0xfffffff0) >>> 0 === SKIPPABLE) {
      await input.skip((await input.take(4)).readUInt32LE());
      continue;
    }
    if (number !== MAGIC) throw new Error('no zstd frame');
    const output: Uint8Array[] = [];
    const decoder = new Decompress((block) => output.push(block));
    const { header, checksum } = await readHeader(input);
    let before = Buffer.concat([magic, header]);
    for (let isLast = false; !isLast;) {
      const start = await input.take(3);
      const head = start.readUIntLE(0, 3);
      isLast = (head & 1) === 1;
      const size = head >> 3;
      if (size > MAX_BLOCK) throw new Error(`a block of ${size} bytes`);
      const isRepeated = ((head >> 1) & 3) === 1;
      const end = isLast ? checksum : 0;
      const body = await input.take((isRepeated ? 1 : size) + end);
      decoder.push(Buffer.concat([before, start, body]), isLast);
      before = Buffer.alloc(0);
      for (const block of output.splice(0))
        yield Buffer.from(block.buffer, block.byteOffset, block.byteLength);
    }
  }
}

/** The header of a frame behind its magic number, and how many bytes of a checksum follow its blocks. */
const readHeader = async (input: Input): Promise<{ header: Buffer; checksum: number }> => {
  const first = await input.take(1);
  const descriptor = first[0] as number;
  const isSingle = (descriptor & 0x20) !== 0;
  const contentSize = CONTENT_SIZES[descriptor >> 6] || (isSingle ? 1 : 0);
  const dictionarySize = DICTIONARY_SIZES[descriptor & 3] as number;
  const rest = await input.take((isSingle ? 0 : 1) + dictionarySize + contentSize);
  const window = isSingle
    ? readContentSize(rest.subarray(dictionarySize))
    : windowOf(rest[0] as number);
  if (window > MAX_WINDOW) throw new Error(`a window of ${window} bytes`);
  return {
    header: Buffer.concat([first, rest]),
    checksum: (descriptor & 4) === 0 ? 0 : CHECKSUM_SIZE,
  };
};

const windowOf = (byte: number): number => {
  const base = 2 ** (10 + (byte >> 3));
  return base + (base / 8) * (byte & 7);
};

const readContentSize = (bytes: Buffer): number => {
  if (bytes.length === 8) return Number(bytes.readBigUInt64LE());
  return bytes.readUIntLE(0, bytes.length) + (bytes.length === 2 ? 256 : 0);
};

interface Input {
  /** The next bytes; `undefined` at the end. Throws where fewer are left. */
  readonly begin: (size: number) => Promise<Buffer | undefined>;
  /** The next bytes. Throws where fewer are left. */
  readonly take: (size: number) => Promise<Buffer>;
  readonly skip: (size: number) => Promise<void>;
}

const openInput = (content: AsyncIterable<Buffer>): Input => {
  const iterator = content[Symbol.asyncIterator]();
  let waiting: Buffer = Buffer.alloc(0);
  /** Makes so many bytes wait, or all there are. */
  const fill = async (size: number): Promise<void> => {
    const parts = [waiting];
    let length = waiting.length;
    while (length < size) {
      const next = await iterator.next();
      if (next.done) break;
      parts.push(next.value);
      length += next.value.length;
    }
    if (parts.length > 1) waiting = Buffer.concat(parts);
  };
  const begin = async (size: number): Promise<Buffer | undefined> => {
    await fill(size);
    if (waiting.length === 0 && size > 0) return undefined;
    if (waiting.length < size) throw new Error('it ends in the middle of a frame');
    const taken = waiting.subarray(0, size);
    waiting = waiting.subarray(size);
    return taken;
  };
  const take = async (size: number): Promise<Buffer> => {
    const taken = await begin(size);
    if (!taken) throw new Error('it ends in the middle of a frame');
    return taken;
  };
  const skip = async (size: number): Promise<void> => {
    for (let left = size; left > 0; left -= Math.min(left, MAX_BLOCK))
      await take(Math.min(left, MAX_BLOCK));
  };
  return { begin, take, skip };
};
