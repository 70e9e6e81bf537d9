import { availableParallelism } from 'node:os';

/** One for each core, and some that wait for a slow one before them. */
const AHEAD: number = availableParallelism() + 4;

/** Works on items side by side and yields the results in their order; `ahead` jobs are under way at once. */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  work: (item: T) => Promise<R>,
  ahead: number = AHEAD,
): AsyncGenerator<R> {
  const queue: Promise<R>[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      // A failure is met when the queue reaches it; until then it must not count as unhandled.
      result.catch(() => {});
      queue.push(result);
      if (queue.length >= ahead) yield (await queue.shift()) as R;
    }
    while (queue.length > 0) yield (await queue.shift()) as R;
  } finally {
    await Promise.allSettled(queue);
  }
}
