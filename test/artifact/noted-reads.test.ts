import { expect, test } from 'vitest';
import { noteReads, readSpans } from '../../src/artifact/noted-reads.ts';
import type { LayerBytes } from '../../src/layer/layer-bytes.ts';

const ALL = Buffer.from('0123456789abcdef');

/** Bytes of which only some pieces can be read. */
const piecewise = (pieces: readonly (readonly [offset: number, end: number])[]): LayerBytes => ({
  size: ALL.length,
  read: async (target, position) => {
    const end = position + target.length;
    if (!pieces.some(([from, to]) => from <= position && end <= to))
      throw new Error(`nobody knows ${position} to ${end}`);
    ALL.copy(target, 0, position, end);
  },
  close: async () => {},
});

test('what is read is noted once, for as long as there is room', async () => {
  const { bytes, spans } = noteReads(piecewise([[0, 16]]), { left: 2 });
  const read = (offset: number, length: number) => bytes.read(Buffer.alloc(length), offset);
  await read(4, 2);
  await read(4, 5);
  await read(4, 3);
  await read(10, 4);
  await read(12, 1);
  expect(spans()).toEqual([
    { offset: 4, length: 5 },
    { offset: 10, length: 4 },
  ]);
});

test('spans that touch are read one by one, and become one', async () => {
  const bytes = piecewise([
    [0, 4],
    [4, 8],
    [6, 10],
    [12, 14],
  ]);
  const spans = [
    { offset: 12, length: 2 },
    { offset: 4, length: 4 },
    { offset: 0, length: 4 },
    { offset: 6, length: 4 },
    { offset: 1, length: 2 },
  ];
  const heads = await readSpans(bytes, spans);
  expect(heads.map(({ offset, bytes: head }) => [offset, head.toString()])).toEqual([
    [0, '0123456789'],
    [12, 'cd'],
  ]);
});
