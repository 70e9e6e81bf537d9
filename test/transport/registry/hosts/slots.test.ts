import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Slots } from '../../../../src/transport/registry/hosts/slots.ts';

const never = new AbortController().signal;

test('gives slots out in the order of the requests', async () => {
  const slots = new Slots(2);
  const order: number[] = [];
  const first = await slots.acquire(never);
  const second = await slots.acquire(never);
  const later = [1, 2, 3].map(async (name) => {
    const slot = await slots.acquire(never);
    order.push(name);
    slot.release();
  });
  await sleep(10);
  expect(order).toEqual([]);
  first.release();
  first.release();
  await Promise.all(later);
  expect(order).toEqual([1, 2, 3]);
  second.release();
});

test('lends the slot of one that is waited for, and not of one that waits', async () => {
  const slots = new Slots(1);
  const holder = await slots.acquire(never);
  let isIn = false;
  const next = slots.acquire(never).then((slot) => {
    isIn = true;
    return slot;
  });
  await sleep(300);
  expect(isIn).toBe(false);
  holder.idle();
  const borrower = await next;
  holder.busy();
  // Two are under way now: both have to end before there is a slot again.
  const third = slots.acquire(never);
  let isThirdIn = false;
  void third.then(() => (isThirdIn = true));
  borrower.release();
  await sleep(10);
  expect(isThirdIn).toBe(false);
  holder.release();
  (await third).release();
});

test('a request that is stopped leaves the queue', async () => {
  const slots = new Slots(1);
  const holder = await slots.acquire(never);
  const stop = new AbortController();
  const stopped = slots.acquire(stop.signal);
  const next = slots.acquire(never);
  stop.abort();
  await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
  holder.release();
  (await next).release();
});

test('there may be more of them, or fewer', async () => {
  const slots = new Slots(1);
  const first = await slots.acquire(never);
  const second = slots.acquire(never);
  slots.resize(2);
  const two = [first, await second];
  slots.resize(1);
  let isIn = false;
  const third = slots.acquire(never).then((slot) => {
    isIn = true;
    return slot;
  });
  two[0]?.release();
  await sleep(10);
  expect(isIn).toBe(false);
  two[1]?.release();
  (await third).release();
});
