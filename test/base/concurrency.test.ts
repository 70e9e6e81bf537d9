import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createSlots, inOrder, inParallel } from '../../src/base/concurrency.ts';

/** Work that takes the given milliseconds, with a count of how much was under way at once. */
const counted = () => {
  const count = { now: 0, most: 0, started: 0 };
  const work = async <T>(milliseconds: number, result: T): Promise<T> => {
    count.started++;
    count.most = Math.max(count.most, ++count.now);
    await sleep(milliseconds);
    count.now--;
    return result;
  };
  return { count, work };
};

async function* given<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const gather = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

test('inParallel returns results in the order of the jobs, a few at a time', async () => {
  const { count, work } = counted();
  const jobs = [30, 1, 20, 1, 10].map((time, at) => () => work(time, at));
  expect(await inParallel(jobs, () => {}, 2)).toEqual([0, 1, 2, 3, 4]);
  expect(count.most).toBe(2);
});

test('inParallel starts nothing after a failure, and releases what was made', async () => {
  const { count, work } = counted();
  const released: number[] = [];
  const fail = async (): Promise<number> => {
    await sleep(5);
    throw new Error('the second job');
  };
  const jobs = [() => work(20, 1), fail, () => work(1, 3), () => work(1, 4)];
  const all = inParallel(jobs, (result) => released.push(result), 2);
  await expect(all).rejects.toThrow('the second job');
  expect(released).toEqual([1]);
  expect(count.started).toBe(1);
});

test('inOrder yields results in the order of the items, with so many under way', async () => {
  const { count, work } = counted();
  const results = inOrder(given([20, 1, 10, 1, 1, 5]), (time) => work(time, time), 3);
  expect(await gather(results)).toEqual([20, 1, 10, 1, 1, 5]);
  expect(count.most).toBe(3);
});

test('inOrder throws a failure when its turn comes', async () => {
  const seen: number[] = [];
  const results = inOrder(given([1, 2, 3]), async (item) => {
    if (item === 2) throw new Error('the second item');
    return item;
  });
  const read = async (): Promise<void> => {
    for await (const result of results) seen.push(result);
  };
  await expect(read()).rejects.toThrow('the second item');
  expect(seen).toEqual([1]);
});

test('inOrder waits for what is under way when its reader stops early', async () => {
  const { count, work } = counted();
  for await (const _ of inOrder(given([1, 30, 30]), (time) => work(time, time), 3)) break;
  expect(count.started).toBe(3);
  expect(count.now).toBe(0);
});

test('slots bound how many actions run at once, and a failure frees its slot', async () => {
  const { count, work } = counted();
  const inSlot = createSlots(2);
  const order: number[] = [];
  const results = await Promise.allSettled(
    [1, 2, 3, 4, 5].map((at) =>
      inSlot(async () => {
        order.push(at);
        await work(5, at);
        if (at === 2) throw new Error('no');
      }),
    ),
  );
  expect(count.most).toBe(2);
  expect(order).toEqual([1, 2, 3, 4, 5]);
  expect(results.map(({ status }) => status === 'fulfilled')).toEqual([
    true,
    false,
    true,
    true,
    true,
  ]);
});
