import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { zstdFrameCompressor } from '../../src/codec/zstd.ts';
import { decodeInScript } from '../../src/codec/zstd-script.ts';
import { zstdWasmCompressor } from '../../src/codec/zstd-wasm.ts';
import { requireTools } from '../support/requires.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const BLOCKS: readonly (readonly [string, Buffer])[] = [
  ['nothing', Buffer.alloc(0)],
  ['a byte', Buffer.from('a')],
  ['fewer bytes than a stripe of the checksum', Buffer.from('0123456789abcdefghij')],
  ['zeros', Buffer.alloc(2 * 1024 * 1024)],
  ['noise', randomBytes(300_001)],
  ['text', readFileSync(new URL('../../package-lock.json', import.meta.url))],
  ['a program', readFileSync(process.execPath).subarray(0, 2 * 1024 * 1024)],
];

/** Frames of a compressor; it may use its memory again for the next one. */
const framesOf = (compress: (block: Uint8Array) => Uint8Array, blocks: readonly Buffer[]) =>
  blocks.map((block) => Buffer.from(compress(block)));

const decoded = async (...chunks: Uint8Array[]): Promise<Buffer> => {
  const found: Buffer[] = [];
  async function* content() {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  for await (const chunk of decodeInScript(content())) found.push(Buffer.from(chunk));
  return Buffer.concat(found);
};

const blocks = BLOCKS.map(([, block]) => block);

test.each([1, 3, 9, 19])(
  'WebAssembly writes the bytes that the native library writes, level %d',
  (level) => {
    const native = framesOf(zstdFrameCompressor(level), blocks);
    const compiled = framesOf(zstdWasmCompressor(level), blocks);
    for (const [at, [name]] of BLOCKS.entries())
      expect(sha256(compiled[at] as Buffer), name).toBe(sha256(native[at] as Buffer));
  },
);

test('the bytes of a frame are these on every machine', () => {
  const text = Buffer.from(Array.from({ length: 20_000 }, (_, at) => `line ${at}\n`).join(''));
  const [frame] = framesOf(zstdWasmCompressor(3), [text]);
  expect(sha256(frame as Buffer)).toBe(
    '253932844fa33c921dbcd085bec726d3645c3bea73d4e1c62890047d44ae899e',
  );
});

describe.runIf(requireTools('zstd'))('frames', () => {
  const zstd = (args: readonly string[], input: Buffer): Buffer => {
    const { status, stdout } = spawnSync('zstd', ['-qc', ...args], {
      input,
      maxBuffer: 1024 * 1024 * 1024,
    });
    expect(status).toBe(0);
    return stdout;
  };

  test('of WebAssembly are read by the zstd command, checksums included', () => {
    const frames = framesOf(zstdWasmCompressor(3), blocks);
    expect(zstd(['-d'], Buffer.concat(frames)).equals(Buffer.concat(blocks))).toBe(true);
  });

  test.each([[['-1']], [['-3', '--no-check']], [['-19', '--long=27']], [['--fast=5']]])(
    'of zstd %j are read in JavaScript',
    async (args) => {
      const all = Buffer.concat([...blocks, ...blocks]);
      expect((await decoded(zstd(args, all))).equals(all)).toBe(true);
    },
  );
});

test('frames are read in JavaScript however they are cut, with what is to be skipped', async () => {
  const skipped = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const frames = framesOf(zstdWasmCompressor(3), blocks.slice(0, 3));
  const all = Buffer.concat([skipped, ...frames, skipped, ...frames, skipped]);
  const bytes = Array.from(all, (byte) => Buffer.from([byte]));
  const once = Buffer.concat(blocks.slice(0, 3));
  expect(await decoded(...bytes)).toEqual(Buffer.concat([once, once]));
});

test('damaged frames are refused in JavaScript, at every place', async () => {
  const [frame = Buffer.alloc(0)] = framesOf(zstdWasmCompressor(3), [Buffer.from('x'.repeat(500))]);
  for (let size = 1; size < frame.length; size++)
    await expect(decoded(frame.subarray(0, size)), `${size} bytes`).rejects.toThrow(
      'middle of a frame',
    );
  await expect(decoded(frame, Buffer.from('trailing'))).rejects.toThrow('no zstd frame');
});

test('a window larger than every runtime allows is refused before memory is taken', async () => {
  // A frame with a window of 2 GiB.
  const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 21 << 3, 1, 0, 0]);
  await expect(decoded(frame)).rejects.toThrow('a window of 2147483648 bytes');
});

test('a bomb is read in JavaScript a block at a time', async () => {
  // Blocks of a byte that stands for 128 KiB, without a last one.
  const block = Buffer.from([0x02, 0x00, 0x10, 0x00]);
  const bomb = Buffer.concat([
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 7 << 3]),
    ...Array.from({ length: 10_000 }, () => block),
  ]);
  async function* content() {
    yield bomb;
  }
  let size = 0;
  const before = process.memoryUsage().rss;
  for await (const chunk of decodeInScript(content())) {
    size += chunk.length;
    if (size > 500_000_000) break;
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
});
