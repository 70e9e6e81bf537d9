import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { openBufferPool } from '../../../src/codec/buffer-pool.ts';
import { toBlocks, type Piece } from '../../../src/layer/write/blocks.ts';

const SIZE = 64 * 1024;

/** As many entries as a small layer has, of bytes that follow from their names. */
function* entries(count: number, changed?: number): Generator<Piece> {
  for (let at = 0; at < count; at++) {
    const path = `usr/lib/module-${at}.js`;
    yield { path };
    const body = createHash('sha512').update(path).digest();
    const extra = at === changed ? 4096 : 0;
    yield Buffer.alloc(512 + (body.readUInt16LE(0) % 8192) + extra, body);
  }
}

const buffers = openBufferPool({ maxSpare: 4 });

const blocksOf = async (pieces: Iterable<Piece>): Promise<Buffer[]> => {
  const blocks: Buffer[] = [];
  for await (const block of toBlocks(pieces, { size: SIZE, buffers }))
    blocks.push(Buffer.from(block));
  return blocks;
};

test('blocks hold all bytes of their pieces, and none is empty or too large', async () => {
  const blocks = await blocksOf(entries(2000));
  const whole = [...entries(2000)].filter((piece) => Buffer.isBuffer(piece));
  expect(Buffer.concat(blocks).equals(Buffer.concat(whole))).toBe(true);
  expect(blocks.every(({ length }) => length > 0 && length <= SIZE)).toBe(true);
});

test('a file that changes moves few block boundaries', async () => {
  const before = new Set((await blocksOf(entries(2000))).map((block) => block.toString('base64')));
  const after = await blocksOf(entries(2000, 1000));
  const fresh = after.filter((block) => !before.has(block.toString('base64')));
  expect(before.size).toBeGreaterThan(100);
  expect(fresh.length).toBeGreaterThan(0);
  expect(fresh.length).toBeLessThanOrEqual(3);
});

test('a body larger than a block is cut at the block size', async () => {
  const body = Buffer.alloc(SIZE * 3 + 5, 7);
  const blocks = await blocksOf([{ path: 'a' }, body, { path: 'b' }, Buffer.from('end')]);
  expect(Buffer.concat(blocks)).toEqual(Buffer.concat([body, Buffer.from('end')]));
  expect(blocks.map(({ length }) => length).slice(0, 3)).toEqual([SIZE, SIZE, SIZE]);
});
