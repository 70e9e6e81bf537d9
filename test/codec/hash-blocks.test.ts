import { createHash, randomBytes } from 'node:crypto';
import zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { hashBlocks } from '../../src/codec/hash-blocks.ts';
import { codec } from '../support/codec.ts';

async function* given(blocks: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const block of blocks) {
    const copy = codec.buffers.take(block.length);
    block.copy(copy);
    yield copy;
  }
}

const gather = async (blocks: AsyncIterable<Buffer>): Promise<Buffer> => {
  const all: Buffer[] = [];
  for await (const block of blocks) all.push(Buffer.from(block));
  return Buffer.concat(all);
};

test.each([
  ['nothing', []],
  ['a few bytes', [100]],
  ['a block', [200_000]],
  ['blocks of several sizes', [100_000, 1, 70_000, 500_000, 3, 0, 250_000, 90_000, 12]],
])('%s: blocks come out unchanged, with their digest and CRC', async (_, sizes) => {
  const blocks = sizes.map((size) => randomBytes(size));
  const all = Buffer.concat(blocks);
  const digest = `sha256:${createHash('sha256').update(all).digest('hex')}`;
  const hashed = hashBlocks(given(blocks), { crc: true, codec });
  expect((await gather(hashed.blocks)).equals(all)).toBe(true);
  expect(await hashed.checksums()).toEqual({ digest, crc: zlib.crc32(all) });
  const without = hashBlocks(given(blocks), { crc: false, codec });
  await gather(without.blocks);
  expect(await without.checksums()).toEqual({ digest, crc: 0 });
});

test('blocks whose memory is not given away stay unchanged', async () => {
  const mine = Buffer.alloc(100_000, 'mine');
  const hashed = hashBlocks(
    (async function* () {
      yield mine;
    })(),
    { crc: false, codec },
  );
  expect((await gather(hashed.blocks)).equals(mine)).toBe(true);
  expect(mine.subarray(-4).toString()).toBe('mine');
});

test('sums that are asked for before the end are an error', async () => {
  const hashed = hashBlocks(given([randomBytes(10)]), { crc: false, codec });
  await expect(hashed.checksums()).rejects.toThrow('there are blocks to come');
});

test('a failing source of blocks fails the reader', async () => {
  const hashed = hashBlocks(
    (async function* () {
      yield codec.buffers.take(100_000);
      throw new Error('the source is gone');
    })(),
    { crc: false, codec },
  );
  await expect(gather(hashed.blocks)).rejects.toThrow('the source is gone');
});

test('a reader that stops early leaves nothing waiting', async () => {
  for await (const block of hashBlocks(given([randomBytes(100_000), randomBytes(100_000)]), {
    crc: true,
    codec,
  }).blocks) {
    expect(block).toHaveLength(100_000);
    break;
  }
});
