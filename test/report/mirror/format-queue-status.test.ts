import { expect, test } from 'vitest';
import type { QueueStatus } from '../../../src/api/queue-status.ts';
import { formatQueueStatus } from '../../../src/report/mirror/format-queue-status.ts';
import { PLAIN } from '../../../src/report/palette.ts';

const STATUS: QueueStatus = {
  queue: 'redis://queue.example:6379/0',
  images: { waiting: 1200, active: 8, retrying: 1, done: 37, failed: 3 },
  workers: 2,
  finishedLately: 40,
  retrying: [
    {
      entry: 'all',
      source: 'docker://registry.example/from/a:1',
      target: 'docker://registry.example/to/a:1',
      reason: 'no route to host',
      attempts: 1,
      time: '2026-11-29T15:00:30.000Z',
    },
  ],
  failed: [
    {
      entry: 'all',
      source: 'docker://registry.example/from/b:1',
      target: 'docker://registry.example/to/b:1',
      reason: 'no such\u001B[2J image',
      attempts: 3,
      time: '2026-11-29T14:00:00.000Z',
    },
  ],
};

test('tells what is in which state, and why images failed', () => {
  expect(formatQueueStatus(STATUS, PLAIN).join('\n')).toBe(`\
redis://queue.example:6379/0
2 workers, 40 images finished in the last 5 minutes

waiting            1,200
under way              8
to be tried again      1
done                  37  in a day
failed                 3  in a week

docker://registry.example/from/a:1 to docker://registry.example/to/a:1
  no route to host
  next try 2026-11-29 15:00 UTC, 1 attempt

docker://registry.example/from/b:1 to docker://registry.example/to/b:1
  no such\\x1b[2J image
  failed 2026-11-29 14:00 UTC, 3 attempts

and 2 more`);
});
