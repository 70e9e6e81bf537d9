import { randomBytes } from 'node:crypto';
import zlib from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { BlockStore } from '../../src/codec/block-store.ts';
import { openCodec } from '../../src/codec/codec.ts';
import { compress } from '../../src/codec/compress.ts';
import { openDeflate } from '../../src/codec/raw-deflate.ts';
import { openBlockVerifiers } from '../../src/codec/verify-block.ts';
import { zstdFrameCompressor } from '../../src/codec/zstd.ts';
import { zstdWasmCompressor, zstdWasmDecompressor } from '../../src/codec/zstd-wasm.ts';

const MiB = 1024 * 1024;
const TEXT = Buffer.alloc(MiB, 'the quick brown fox jumps over the lazy dog, ');
const BEFORE = TEXT.subarray(0, 32 * 1024);
const BLOCKS = { text: TEXT, noise: randomBytes(MiB), 'one byte': Buffer.from('a') };

/** What zlib and zstd say depends on their versions and on where a fault lies. */
const WHATEVER = /./;

const verifiers = openBlockVerifiers();
const copyOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes);

/** The same bytes with one bit flipped. */
const flipped = (bytes: Buffer, at: number): Buffer => {
  const copy = copyOf(bytes);
  copy[at] = (copy[at] as number) ^ 1;
  return copy;
};

describe('what deflate wrote', () => {
  const verify = verifiers('gzip');

  test.each(Object.keys(BLOCKS) as (keyof typeof BLOCKS)[])('is right for %s', (name) => {
    const block = BLOCKS[name];
    for (const level of [0, 1, 6, 9]) {
      const deflate = openDeflate(level);
      verify(copyOf(deflate(block)), block);
      verify(copyOf(deflate(block, BEFORE)), block, BEFORE);
    }
  });

  test('is refused where other bytes come out, and where zlib cannot read it', () => {
    const compressed = copyOf(openDeflate(6)(TEXT));
    expect(() => verify(compressed, flipped(TEXT, 7))).toThrow('other bytes come out');
    expect(() => verify(compressed, TEXT.subarray(1))).toThrow(WHATEVER);
    for (let at = 0; at < compressed.length; at += 97)
      expect(() => verify(flipped(compressed, at), TEXT), `bit at ${at}`).toThrow(WHATEVER);
  });

  test('takes no memory for each block but what comes out', () => {
    const block = BLOCKS.noise;
    const compressed = copyOf(openDeflate(6)(block));
    verify(compressed, block);
    const before = process.memoryUsage().arrayBuffers;
    for (let round = 0; round < 16; round++) verify(compressed, block);
    // What comes out is given away, but may be counted until it is collected.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * MiB);
  });

  test('is refused where it refers to other bytes than those before it', () => {
    const compressed = copyOf(openDeflate(6)(TEXT, BEFORE));
    expect(() => verify(compressed, TEXT)).toThrow('invalid distance');
    expect(() => verify(compressed, TEXT, Buffer.alloc(BEFORE.length))).toThrow('other bytes');
  });

  test('is refused where no other block could follow it', () => {
    const compressed = copyOf(openDeflate(6)(TEXT));
    // Without its flush it ends in the middle of a byte; a block that says it is the last ends the stream.
    expect(() => verify(compressed.subarray(0, -4), TEXT)).toThrow(WHATEVER);
    expect(() => verify(zlib.deflateRawSync(TEXT), TEXT)).toThrow('it ends too early');
  });

  test('is refused without taking memory for more than the block', () => {
    const bomb = zlib.deflateRawSync(Buffer.alloc(64 * MiB), {
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
    });
    expect(() => verify(bomb, Buffer.alloc(MiB))).toThrow(WHATEVER);
  });
});

describe('a frame of zstd', () => {
  const verify = verifiers('zstd');

  test.each(Object.keys(BLOCKS) as (keyof typeof BLOCKS)[])('is right for %s', (name) => {
    const block = BLOCKS[name];
    verify(copyOf(zstdFrameCompressor(3)(block)), block);
    verify(copyOf(zstdWasmCompressor(3)(block)), block);
  });

  test('is refused where its checksum is wrong, or other bytes come out', () => {
    const frame = copyOf(zstdFrameCompressor(3)(TEXT));
    verify(frame, TEXT);
    expect(() => verify(flipped(frame, frame.length - 1), TEXT)).toThrow(WHATEVER);
    expect(() => verify(flipped(frame, frame.length >> 1), TEXT)).toThrow(WHATEVER);
    expect(() => verify(frame, flipped(TEXT, 0))).toThrow('other bytes come out');
  });

  test('is read by WebAssembly where there is no other zstd', () => {
    const decompress = zstdWasmDecompressor();
    for (const block of Object.values(BLOCKS)) {
      const frame = copyOf(zstdWasmCompressor(3)(block));
      expect(block.equals(decompress(frame, block.length))).toBe(true);
      expect(() => decompress(flipped(frame, frame.length - 1), block.length)).toThrow('damaged');
    }
  });
});

describe('blocks that were kept', () => {
  const verifying = openCodec();
  const trusting = openCodec({ verifies: false });
  afterAll(() => Promise.all([verifying.close(), trusting.close()]));

  test.each(['gzip', 'zstd'] as const)(
    'as %s by a run that does not verify are not used by one that does',
    async (compression) => {
      const kept = new Map<string, Buffer>();
      let found = 0;
      const store: BlockStore = {
        nameOf: (contents) => `${contents.length}-${zlib.crc32(contents)}`,
        get: async (key) => {
          if (kept.has(key)) found++;
          return kept.get(key);
        },
        put: async (key, bytes) => void kept.set(key, copyOf(bytes)),
      };
      const write = async (codec: typeof verifying): Promise<Buffer> => {
        async function* blocks(): AsyncGenerator<Buffer> {
          yield TEXT;
          yield copyOf(BLOCKS.noise);
        }
        const chunks: Buffer[] = [];
        for await (const chunk of compress(blocks(), { compression, codec, store }))
          chunks.push(copyOf(chunk));
        return Buffer.concat(chunks);
      };
      const written = await write(trusting);
      expect((await write(verifying)).equals(written)).toBe(true);
      expect(found).toBe(0);
      expect((await write(verifying)).equals(written)).toBe(true);
      expect(found).toBe(2);
    },
  );
});
