import { WORKER_OPTIONS } from '../../options/queue-options.ts';
import { defineCommand, type Command } from '../command.ts';

export const worker: Command = defineCommand({
  name: 'worker',
  summary: 'do the images that reslim mirror --queue puts into a queue',
  options: WORKER_OPTIONS,
  examples: [
    ['reslim worker --queue redis://queue.example:6379'],
    ['reslim worker --concurrency 8 --listen :9828', 'with RESLIM_QUEUE set'],
  ],
  footer: `It runs until it is stopped, and then gives back what it has: docs/fleet.md.
Exit status: 0 stopped, 1 failed, 2 wrong usage.`,
  load: async () => (await import('./worker-action.ts')).runWorker,
});
