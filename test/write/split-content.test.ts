import { expect, test } from 'vitest';
import { splitContent } from '../../src/write/split-content.ts';

/** Overwrites each chunk when the next is asked for, as content may. */
async function* reusing(count: number, onEnd = () => {}): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(4);
  try {
    for (let at = 0; at < count; at++) {
      chunk.fill(at);
      yield chunk;
    }
  } finally {
    onEnd();
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 3));

const read = async (content: AsyncIterable<Uint8Array>, most = Infinity): Promise<number[]> => {
  const found: number[] = [];
  for await (const chunk of content) {
    await pause();
    found.push(chunk[3] as number);
    if (found.length >= most) break;
  }
  return found;
};

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

test('every reader gets all of it, however fast the others are', async () => {
  const parts = splitContent(reusing(50), 3);
  expect(await Promise.all(parts.map((part) => read(part)))).toEqual([
    range(50),
    range(50),
    range(50),
  ]);
});

test('a reader that stops does not hold the others up', async () => {
  const [first, second] = splitContent(reusing(20), 2);
  expect(await Promise.all([read(first as never, 3), read(second as never)])).toEqual([
    range(3),
    range(20),
  ]);
  expect(await first?.next()).toEqual({ done: true, value: undefined });
});

test('one that never starts is let go by its return', async () => {
  const [first, second] = splitContent(reusing(5), 2);
  const reading = read(first as never);
  await pause();
  await second?.return?.();
  expect(await reading).toEqual(range(5));
});

test('content is left when all readers have stopped', async () => {
  let hasEnded = false;
  const parts = splitContent(
    reusing(100, () => (hasEnded = true)),
    2,
  );
  await Promise.all(parts.map((part) => read(part, 2)));
  await pause();
  expect(hasEnded).toBe(true);
});

test('a failure of the content is passed to all readers', async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(4);
    throw new Error('broken');
  }
  const results = await Promise.allSettled(splitContent(failing(), 2).map((part) => read(part)));
  expect(results.map((result) => result.status === 'rejected' && String(result.reason))).toEqual([
    'Error: broken',
    'Error: broken',
  ]);
});
