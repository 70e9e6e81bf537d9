import type { WorkerOptions } from '../api/worker.ts';

/**
 * Does the images that runs of `mirror` put into a queue, until the signal fires; what is under way is given back then.
 * Rejects with `usage` for what is wrong with the options, and with `io` where the queue is out of reach at the beginning.
 */
export const worker = async (options: WorkerOptions): Promise<void> => {
  const { runWorker } = await import('./run-worker.ts');
  return runWorker(options);
};
