import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openDeflate } from '../../src/codec/raw-deflate.ts';
import { inflate, inflateByZlib } from '../support/raw-inflate.ts';

const seeded = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

const text = readFileSync(new URL('../../README.md', import.meta.url));
const program = readFileSync(process.execPath).subarray(30e6, 33e6);

const INPUTS: Readonly<Record<string, Buffer>> = {
  nothing: Buffer.alloc(0),
  'one byte': Buffer.from('x'),
  zeros: Buffer.alloc(3_000_000),
  noise: randomBytes(200_000),
  text,
  'a program': program,
  'pairs and triples': Buffer.from('abababababcabcabcabcdabcdabcdabcdeabcde'.repeat(5000)),
};

const STRATEGIES = [
  constants.Z_DEFAULT_STRATEGY,
  constants.Z_FILTERED,
  constants.Z_HUFFMAN_ONLY,
  constants.Z_RLE,
  constants.Z_FIXED,
];

test.each(Object.entries(INPUTS))('what zlib deflates comes back: %s', (_, bytes) => {
  for (const strategy of STRATEGIES) {
    for (const level of [0, 1, 6, 9]) {
      const stored = deflateRawSync(bytes, { level, strategy });
      for (const size of [500_000, 70_001, 1000]) {
        const { bytes: back, used } = inflate(stored, size);
        expect(back?.equals(bytes)).toBe(true);
        expect(used).toBe(stored.length);
      }
    }
  }
});

test('inflate leaves the bytes behind the data alone', () => {
  const stored = deflateRawSync(text);
  const followed = Buffer.concat([stored, randomBytes(3000)]);
  for (const size of [500_000, 500, 7])
    expect(inflate(followed, size)).toEqual({ bytes: text, used: stored.length });
});

test('inflate takes and refuses any bytes as zlib does', () => {
  const random = seeded(11);
  const words = [text.subarray(0, 700), program.subarray(0, 900), Buffer.alloc(600, 'ab')];
  const streams = words.flatMap((word) => [
    ...STRATEGIES.map((strategy) => deflateRawSync(word, { strategy })),
    deflateRawSync(word, { level: 0 }),
    Buffer.concat([openDeflate(6)(word), Buffer.from([3, 0])]),
  ]);
  const found = { taken: 0, corrupt: 0, truncated: 0 };
  for (let round = 0; round < 8000; round++) {
    const stream = Buffer.from(streams[random(streams.length)] as Buffer);
    const changes = random(4);
    // The header of the codes is where most can go wrong.
    for (let each = 0; each < changes; each++)
      stream[random(random(2) ? 80 : stream.length)] = random(256);
    const bytes = random(8) ? stream : stream.subarray(0, random(stream.length));
    const ours = inflate(bytes, 50 + random(bytes.length + 1));
    const theirs = inflateByZlib(bytes);
    // Bytes that are truncated and wrong may be called either.
    if (theirs.failure) expect(ours.failure, bytes.toString('hex')).toBeDefined();
    else expect(ours, bytes.toString('hex')).toEqual(theirs);
    found[theirs.failure ?? 'taken']++;
  }
  for (const count of Object.values(found)) expect(count).toBeGreaterThan(300);
});

test('random bytes are refused, or inflated to the same bytes as by zlib', () => {
  const random = seeded(5);
  for (let round = 0; round < 5000; round++) {
    const bytes = Buffer.from(Array.from({ length: random(60) }, () => random(256)));
    const [ours, theirs] = [inflate(bytes), inflateByZlib(bytes)];
    if (theirs.failure) expect(ours.failure, bytes.toString('hex')).toBeDefined();
    else expect(ours, bytes.toString('hex')).toEqual(theirs);
  }
});

test('a match cannot refer to bytes before its gzip member', () => {
  const first = Buffer.alloc(1000, 'secret ');
  const second = Buffer.alloc(500, 'secret ');
  expect(inflate(deflateRawSync(first)).bytes?.equals(first)).toBe(true);
  const reaching = deflateRawSync(second, { dictionary: first });
  expect(inflate(reaching).failure).toBe('corrupt');
  expect(inflateRawSync(reaching, { dictionary: first }).equals(second)).toBe(true);
});
