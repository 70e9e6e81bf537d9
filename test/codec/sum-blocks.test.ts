import { createHash, randomBytes } from 'node:crypto';
import zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { takeBlock } from '../../src/codec/block-memory.ts';
import { sumBlocks } from '../../src/codec/sum-blocks.ts';

async function* given(blocks: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const block of blocks) {
    const copy = takeBlock(block.length);
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
  const summed = sumBlocks(given(blocks), { crc: true });
  expect((await gather(summed.blocks)).equals(all)).toBe(true);
  expect(await summed.sums()).toEqual({ digest, crc: zlib.crc32(all) });
  const without = sumBlocks(given(blocks), { crc: false });
  await gather(without.blocks);
  expect(await without.sums()).toEqual({ digest, crc: 0 });
});

test('blocks whose memory is not given away stay unchanged', async () => {
  const mine = Buffer.alloc(100_000, 'mine');
  const summed = sumBlocks(
    (async function* () {
      yield mine;
    })(),
    { crc: false },
  );
  expect((await gather(summed.blocks)).equals(mine)).toBe(true);
  expect(mine.subarray(-4).toString()).toBe('mine');
});

test('sums that are asked for before the end are an error', async () => {
  const summed = sumBlocks(given([randomBytes(10)]), { crc: false });
  await expect(summed.sums()).rejects.toThrow('there are blocks to come');
});

test('a failing source of blocks fails the reader', async () => {
  const summed = sumBlocks(
    (async function* () {
      yield takeBlock(100_000);
      throw new Error('the source is gone');
    })(),
    { crc: false },
  );
  await expect(gather(summed.blocks)).rejects.toThrow('the source is gone');
});

test('a reader that stops early leaves nothing waiting', async () => {
  for await (const block of sumBlocks(given([randomBytes(100_000), randomBytes(100_000)]), {
    crc: true,
  }).blocks) {
    expect(block).toHaveLength(100_000);
    break;
  }
});
