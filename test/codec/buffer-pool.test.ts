import { expect, test } from 'vitest';
import { openBufferPool } from '../../src/codec/buffer-pool.ts';

const pool = () => openBufferPool({ maxSpare: 2 });

test('a buffer that was released is used again, for the same size', () => {
  const buffers = pool();
  const first = buffers.take(1000);
  expect(first).toHaveLength(1000);
  buffers.release(first);
  expect(buffers.take(2000).buffer).not.toBe(first.buffer);
  expect(buffers.take(1000).buffer).toBe(first.buffer);
});

test('a buffer in use is not given out again', () => {
  const buffers = pool();
  const memories = [1, 2, 3].map(() => buffers.take(1000).buffer);
  expect(new Set(memories).size).toBe(3);
});

test('a buffer that is released twice is used by one taker', () => {
  const buffers = pool();
  const first = buffers.take(1000);
  buffers.release(first.subarray(0, 10));
  buffers.release(first);
  expect(buffers.take(1000).buffer).not.toBe(buffers.take(1000).buffer);
});

test('a buffer of the caller is copied, and never becomes one of the pool', () => {
  const buffers = pool();
  const mine = Buffer.from('mine');
  const own = buffers.own(mine);
  expect(own.equals(mine)).toBe(true);
  expect(own.buffer).not.toBe(mine.buffer);
  expect(buffers.own(own)).toBe(own);
  buffers.release(mine);
  expect(buffers.take(4).buffer).not.toBe(mine.buffer);
});

test('a part from within a buffer of the pool is copied: threads read memory from its start', () => {
  const buffers = pool();
  const whole = buffers.take(10).fill('0123456789');
  const part = buffers.own(whole.subarray(4));
  expect(part.byteOffset).toBe(0);
  expect(part.toString()).toBe('456789');
});

test('memory that was transferred to a thread cannot come back by its old view', () => {
  const buffers = pool();
  const sent = buffers.take(1000);
  const { buffer: received } = structuredClone(sent, { transfer: [sent.buffer] });
  buffers.release(sent);
  buffers.reclaim(received);
  expect(buffers.take(1000).buffer).toBe(received);
  expect(buffers.take(1000)).toHaveLength(1000);
});

test('no more buffers wait than the pool may keep, and none after it was cleared', () => {
  const buffers = pool();
  const taken = [1, 2, 3].map(() => buffers.take(1000));
  for (const buffer of taken) buffers.release(buffer);
  const again = [1, 2, 3].map(() => buffers.take(1000).buffer);
  expect(again.filter((memory) => taken.some(({ buffer }) => buffer === memory))).toHaveLength(2);
  const last = buffers.take(1000);
  buffers.release(last);
  buffers.clear();
  expect(buffers.take(1000).buffer).not.toBe(last.buffer);
});
