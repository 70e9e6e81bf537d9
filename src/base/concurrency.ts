import { availableParallelism } from 'node:os';

/**
 * Runs jobs, a few at a time, and returns their results in order. After a failure no further job
 * starts, those under way are waited for, what they made is released, and the failure is thrown.
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
