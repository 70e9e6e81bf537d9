import { availableParallelism } from 'node:os';

/**
 * Runs jobs, `width` at a time, and returns their results in order. After a failure no further job is started;
 * it waits for those that run, releases the results there are, and throws the failure.
 */
export const inParallel = async <T>(
  jobs: readonly (() => T | Promise<T>)[],
  release: (result: T) => unknown,
  width: number = availableParallelism(),
): Promise<T[]> => {
  const results: T[] = [];
  const failures: unknown[] = [];
  const made: T[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < jobs.length && failures.length === 0) {
      const at = next++;
      try {
        const result = await (jobs[at] as () => T | Promise<T>)();
        made.push(result);
        results[at] = result;
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, jobs.length) }, work));
  if (failures.length === 0) return results;
  await Promise.allSettled(made.map(release));
  throw failures[0];
};

/** One job for each core, and some more, so that a slow one does not leave the others idle. */
const AHEAD: number = availableParallelism() + 4;

/**
 * Works on the items of a stream and yields the results in the order of the items; at most `ahead` jobs
 * are under way at once. A reader that stops early waits for the jobs that were started.
 */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  work: (item: T) => Promise<R>,
  ahead: number = AHEAD,
): AsyncGenerator<R> {
  const queue: Promise<R>[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      // A failure is thrown when its turn comes; until then it must not count as unhandled.
      result.catch(() => {});
      queue.push(result);
      if (queue.length >= ahead) yield (await queue.shift()) as R;
    }
    while (queue.length > 0) yield (await queue.shift()) as R;
  } finally {
    await Promise.allSettled(queue);
  }
}

/** Runs at most `count` actions at once; the others start in the order in which they came. */
export const createSlots = (count: number): (<T>(action: () => Promise<T>) => Promise<T>) => {
  const waiting: (() => void)[] = [];
  let free = count;
  return async (action) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await action();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
};
