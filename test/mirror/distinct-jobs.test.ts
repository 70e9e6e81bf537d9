import { expect, test } from 'vitest';
import type { MirrorJob } from '../../src/api/mirror.ts';
import { distinctJobs } from '../../src/mirror/distinct-jobs.ts';

const job = (source: string, target: string, entry = 'a'): MirrorJob => ({
  id: target,
  entry,
  source,
  target,
  settings: {},
});

test('an image that several entries bring to one name is done once, as the first says', () => {
  const jobs = [job('s:1', 't:1'), job('s:2', 't:2'), job('s:1', 't:1', 'b'), job('s:1', 'u:1')];
  expect(distinctJobs(jobs)).toEqual([jobs[0], jobs[1], jobs[3]]);
});

test('two images with one name are refused', () => {
  expect(() => distinctJobs([job('s:1', 't:1'), job('s:2', 't:1')])).toThrow(
    's:1 and s:2 would both be t:1',
  );
});
