import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openDeflate } from '../../src/codec/raw-deflate.ts';

const MiB = 1024 * 1024;
const LEVELS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const deflaters = LEVELS.map((level) => openDeflate(level));

/** An empty last block with fixed codes. */
const END = Buffer.from([3, 0]);

const deflated = (block: Buffer, level: number, before?: Buffer): Uint8Array =>
  Uint8Array.from(deflaters[level]?.(block, before) ?? []);

const roundTrip = (block: Buffer, level: number, before?: Buffer): Buffer => {
  const bytes = deflated(block, level, before);
  const options = before && before.length > 0 ? { dictionary: before } : {};
  return inflateRawSync(Buffer.concat([bytes, END]), options);
};

/** Numbers that are the same in every run. */
const seeded = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
};

/** Bytes that come as often as Fibonacci's numbers have it: their best codes are too long for deflate. */
const fibonacci = (): Buffer => {
  const parts: Buffer[] = [];
  for (let [byte, a, b] = [0, 1, 1]; byte < 26; byte++, [a, b] = [b, a + b])
    parts.push(Buffer.alloc(a, byte));
  const all = Buffer.concat(parts);
  const random = seeded(7);
  for (let at = all.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [all[at], all[other]] = [all[other] as number, all[at] as number];
  }
  return all;
};

/** Pieces of what was before, from any distance and of any length, with noise between. */
const patchwork = (size: number, seed: number, noise: number): Buffer => {
  const random = seeded(seed);
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size;) {
    const length = Math.min(1 + Math.floor(random() ** 4 * 600), size - at);
    const distance = 1 + Math.floor(random() ** 3 * 40_000);
    const isCopy = distance <= at && random() > noise;
    for (let end = at + length; at < end; at++)
      bytes[at] = isCopy ? (bytes[at - distance] as number) : Math.floor(random() * 256);
  }
  return bytes;
};

const SAMPLES: Readonly<Record<string, Buffer>> = {
  nothing: Buffer.alloc(0),
  'one byte': Buffer.from('a'),
  'less than is looked ahead': Buffer.from('abc'),
  zeros: Buffer.alloc(MiB),
  'one match at the very end': Buffer.from('0123456789abcdefgh0123456789abcdefgh'),
  noise: randomBytes(MiB),
  'noise of an odd size': randomBytes(65_536 * 3 + 1),
  'codes that must be shortened': fibonacci(),
  patchwork: patchwork(MiB, 1, 0.3),
  'patchwork with little noise': patchwork(MiB, 2, 0.02),
  'text, then noise, then text': Buffer.concat([
    Buffer.alloc(300_000, 'some words that come again and again, '),
    randomBytes(200_000),
    Buffer.alloc(300_000, 'and other words in another order; '),
  ]),
  'a program': readFileSync(process.execPath).subarray(30 * MiB, 31 * MiB),
};

describe('zlib inflates what is deflated', () => {
  for (const [name, bytes] of Object.entries(SAMPLES)) {
    test.each(LEVELS)(`${name}, level %i`, (level) => {
      expect(roundTrip(bytes, level).equals(bytes)).toBe(true);
    });
  }

  test('of any size around the limits of blocks and windows', () => {
    const bytes = patchwork(310_000, 3, 0.2);
    const borders = [1, 4, 8, 258, 512, 5000, 32_768, 65_535, 65_536, 300_000];
    for (const border of borders)
      for (let size = Math.max(0, border - 4); size <= border + 4; size++)
        for (const level of [0, 1, 6])
          expect(roundTrip(bytes.subarray(0, size), level).length).toBe(size);
  });

  test('with any preceding bytes', () => {
    const word = fc.uint8Array({ minLength: 1, maxLength: 12 });
    const text = (words: Uint8Array[], picks: number[]): Buffer =>
      Buffer.concat(picks.map((pick) => words[pick % words.length] as Uint8Array));
    const picks = fc.array(fc.nat(1000), { maxLength: 400 });
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 20 }),
        picks,
        picks,
        fc.integer({ min: 0, max: 9 }),
        (words, first, second, level) => {
          const before = text(words, first).subarray(-32_768);
          const block = text(words, second);
          expect(roundTrip(block, level, before).equals(block)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('from the farthest byte of the window', () => {
    for (const distance of [32_766, 32_767, 32_768]) {
      const word = randomBytes(300);
      const before = Buffer.concat([word, randomBytes(distance - word.length)]);
      expect(roundTrip(word, 6, before).equals(word)).toBe(true);
    }
  });
});

test('gzip, Python and others inflate what is deflated', () => {
  const block = SAMPLES['patchwork'] as Buffer;
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(block), 0);
  trailer.writeUInt32LE(block.length, 4);
  for (const level of LEVELS) {
    const bytes = deflated(block, level);
    const input = Buffer.concat([header, bytes, END, trailer]);
    const python =
      'import gzip,sys; sys.stdout.buffer.write(gzip.decompress(sys.stdin.buffer.read()))';
    for (const command of [
      ['gzip', '-dc'],
      ['python3', '-c', python],
    ] as const) {
      const [program, ...words] = command;
      const output = execFileSync(program, words, { input, maxBuffer: 4 * MiB });
      expect(output.equals(block), `${program}, level ${level}`).toBe(true);
    }
  }
});

const crc32 = (bytes: Buffer): number => {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
};

test('a deflated part ends on a whole byte and refers to no bytes outside its window', () => {
  const block = SAMPLES['patchwork'] as Buffer;
  const parts = [block.subarray(0, 400_001), block.subarray(400_001)];
  const bytes = parts.map((part) => deflated(part, 6));
  expect(inflateRawSync(Buffer.concat([...bytes, END])).equals(block)).toBe(true);
});

test('deflate writes the same bytes whatever was compressed before', () => {
  const block = SAMPLES['patchwork with little noise'] as Buffer;
  const fresh = openDeflate(6)(block);
  deflated(SAMPLES['a program'] as Buffer, 6);
  expect(Buffer.compare(deflated(block, 6), fresh)).toBe(0);
  // The bytes of one machine are those of all: raise this only with the code.
  const { length } = deflated(patchwork(200_000, 9, 0.1), 6);
  expect(length).toMatchInlineSnapshot(`38414`);
});

test('random bytes grow by a few bytes only', () => {
  const noise = SAMPLES['noise'] as Buffer;
  for (const compress of deflaters)
    expect(compress(noise).length).toBeLessThan(noise.length * 1.0003);
});

test('deflate is no larger than zlib at any level', () => {
  for (const name of ['a program', 'patchwork', 'text, then noise, then text']) {
    const bytes = SAMPLES[name] as Buffer;
    for (const level of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      const theirs = deflateRawSync(bytes, { level, finishFlush: 2 }).length;
      expect(deflated(bytes, level).length, `${name}, level ${level}`).toBeLessThan(theirs * 1.01);
    }
  }
});

test('deflate refuses input or output that does not fit its memory', () => {
  expect(() => deflated(Buffer.alloc(MiB + 1), 6)).toThrow('the block is too large');
});
