import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { abortedError, ReslimError, type ErrorCode } from '../../src/base/errors.ts';
import { openLocalQueue } from '../../src/queue/local-queue.ts';
import type { Queue, RunJob } from '../../src/queue/queue.ts';
import { doneOutcome, gather, nameOf, names, newJob } from './support/jobs.ts';

/** Long enough for what follows `add` to happen first. */
const doSoon: RunJob = async (job, attempt) => {
  await sleep(5);
  return doneOutcome(job, attempt);
};

const open = (run: RunJob, more: Partial<Parameters<typeof openLocalQueue>[0]> = {}): Queue =>
  openLocalQueue({ run, concurrency: 1, attempts: 3, backoff: 2, ...more });

test('jobs of a higher priority come first, then the order given', async () => {
  const queue = open(doSoon);
  await queue.add([newJob('first')]);
  await queue.add([newJob('a'), newJob('b', 0), newJob('low', -1), newJob('c'), newJob('high', 5)]);
  await queue.add([newJob('highest', 7), newJob('high-too', 5), newJob('d')]);
  // The first one was alone when it came.
  expect(names(await gather(queue))).toEqual([
    ...['first', 'highest', 'high', 'high-too', 'a', 'b', 'c', 'd', 'low'],
  ]);
});

test('as many jobs as allowed are under way, and outcomes come as they are known', async () => {
  let now = 0;
  let most = 0;
  const last = new EventEmitter();
  const queue = open(
    async (job, attempt) => {
      most = Math.max(most, ++now);
      if (nameOf(job) === 'a') await once(last, 'done');
      now--;
      if (nameOf(job) === 'd') last.emit('done');
      return doneOutcome(job, attempt);
    },
    { concurrency: 2 },
  );
  await queue.add(['a', 'b', 'c', 'd'].map((name) => newJob(name)));
  expect(names(await gather(queue))).toEqual(['b', 'c', 'd', 'a']);
  expect(most).toBe(2);
});

test('an id that waits or is under way is not added again, one that is done is', async () => {
  const queue = open(doSoon);
  expect(await queue.add([newJob('a'), newJob('b'), newJob('a')])).toBe(2);
  expect(await queue.add([newJob('b'), newJob('a'), newJob('c')])).toBe(1);
  expect(names(await gather(queue))).toEqual(['a', 'b', 'c']);
  expect(await queue.add([newJob('a')])).toBe(1);
  expect(names(await gather(queue))).toEqual(['a']);
});

test('there are no outcomes without jobs', async () => {
  const queue = open(async (job, attempt) => doneOutcome(job, attempt));
  expect(await queue.add([])).toBe(0);
  expect(await gather(queue)).toEqual([]);
});

test('a job that fails is tried again later, while others go on', async () => {
  const begun: string[] = [];
  const queue = open(
    async (job, attempt) => {
      begun.push(`${nameOf(job)} ${attempt}`);
      if (nameOf(job) === 'a' && attempt < 3) throw new ReslimError('io', 'no route to host');
      await sleep(2);
      return doneOutcome(job, attempt);
    },
    { backoff: 200 },
  );
  await queue.add([newJob('a'), newJob('b'), newJob('c')]);
  const outcomes = await gather(queue);
  expect(names(outcomes)).toEqual(['b', 'c', 'a']);
  expect(outcomes[2]).toMatchObject({ status: 'done', attempts: 3 });
  expect(begun).toEqual(['a 1', 'b 1', 'c 1', 'a 2', 'a 3']);
});

test('delays double, with up to half of each left out', async () => {
  const starts: number[] = [];
  const queue = open(
    async () => {
      starts.push(performance.now());
      throw new ReslimError('io', 'no route to host');
    },
    { backoff: 40 },
  );
  await queue.add([newJob('a')]);
  await gather(queue);
  const [first, second] = starts.slice(1).map((start, at) => start - (starts[at] as number));
  // Timers may fire a millisecond early.
  expect(first).toBeGreaterThan(18);
  expect(second).toBeGreaterThan(38);
});

test('after the last attempt the job has failed, with the reason, what to do about it and what was spent', async () => {
  const queue = open(async () => {
    await sleep(10);
    throw new ReslimError('io', 'no route to host, registry.example', {
      hint: 'look at the cable',
    });
  });
  const job = newJob('a');
  await queue.add([job]);
  const [outcome, ...others] = await gather(queue);
  expect(others).toEqual([]);
  expect(outcome).toEqual({
    job,
    status: 'failed',
    reason: 'no route to host, registry.example',
    hint: 'look at the cable',
    attempts: 3,
    durationMs: expect.any(Number) as number,
  });
  expect(outcome?.durationMs).toBeGreaterThan(25);
});

test.each<[ErrorCode, number]>([
  ['io', 3],
  ['mismatch', 3],
  ['usage', 1],
  ['policy', 1],
  ['not-found', 1],
  ['ambiguous', 1],
  ['unsupported', 1],
  ['invalid-image', 1],
  ['limit', 1],
])('an error %s is tried %i times', async (code, attempts) => {
  const queue = open(async () => {
    throw new ReslimError(code, 'it fails');
  });
  await queue.add([newJob('a')]);
  expect(await gather(queue)).toMatchObject([{ status: 'failed', reason: 'it fails', attempts }]);
});

test('a bug fails its job alone, at once and in one line', async () => {
  const queue = open(async (job, attempt) => {
    if (nameOf(job) === 'a') throw new TypeError('x is undefined\nand more');
    return doneOutcome(job, attempt);
  });
  await queue.add([newJob('a'), newJob('b')]);
  expect(await gather(queue)).toMatchObject([
    { status: 'failed', reason: 'reslim itself failed: TypeError: x is undefined', attempts: 1 },
    { status: 'done' },
  ]);
});

test('jobs can be added while outcomes are read', async () => {
  const queue = open(async (job, attempt) => doneOutcome(job, attempt));
  await queue.add([newJob('a')]);
  const seen: string[] = [];
  for await (const { job } of queue.outcomes()) {
    seen.push(nameOf(job));
    if (nameOf(job) === 'a') await queue.add([newJob('b')]);
  }
  expect(seen).toEqual(['a', 'b']);
});

test('an interruption ends the outcomes, once the jobs under way have ended', async () => {
  const controller = new AbortController();
  const begun: string[] = [];
  let ended = 0;
  const queue = open(
    async (job, attempt) => {
      begun.push(nameOf(job));
      // One heeds the signal, one is done before it looks.
      await sleep(nameOf(job) === 'a' ? 5 : 20);
      ended++;
      if (nameOf(job) === 'a') throw abortedError();
      return doneOutcome(job, attempt);
    },
    { concurrency: 2, signal: controller.signal },
  );
  await queue.add(['a', 'b', 'c'].map((name) => newJob(name)));
  const seen: string[] = [];
  const read = async (): Promise<void> => {
    for await (const { job } of queue.outcomes()) seen.push(nameOf(job));
  };
  const reading = read();
  controller.abort();
  await expect(reading).rejects.toMatchObject({ code: 'aborted' });
  expect({ begun, ended, seen }).toEqual({ begun: ['a', 'b'], ended: 2, seen: ['b'] });
});

test('an interruption does not wait for the next attempt', async () => {
  const controller = new AbortController();
  const queue = open(
    async () => {
      setTimeout(() => controller.abort(), 5);
      throw new ReslimError('io', 'no route to host');
    },
    { backoff: 600_000, signal: controller.signal },
  );
  await queue.add([newJob('a')]);
  await expect(gather(queue)).rejects.toMatchObject({ code: 'aborted' });
});

test('nothing begins once the signal has fired', async () => {
  const run: RunJob = () => {
    throw new Error('begun');
  };
  const queue = open(run, { signal: AbortSignal.abort() });
  await queue.add([newJob('a')]);
  await expect(gather(queue)).rejects.toMatchObject({ code: 'aborted' });
});

test('closing begins no more jobs and waits for those under way', async () => {
  const done: string[] = [];
  const queue = open(async (job, attempt) => {
    await sleep(10);
    done.push(nameOf(job));
    return doneOutcome(job, attempt);
  });
  await queue.add([newJob('a'), newJob('b')]);
  await queue.close();
  expect(done).toEqual(['a']);
});

test('10,000 jobs, some of which fail at first, are soon done', async () => {
  const queue = open(
    async (job, attempt) => {
      if (attempt === 1 && job.target.endsWith('7:1')) throw new ReslimError('io', 'try again');
      return doneOutcome(job, attempt);
    },
    { concurrency: 8, backoff: 1 },
  );
  const jobs = Array.from({ length: 10_000 }, (_, at) => newJob(`job-${at}`, at % 3));
  expect(await queue.add(jobs)).toBe(10_000);
  const outcomes = await gather(queue);
  expect(outcomes).toHaveLength(10_000);
  expect(new Set(names(outcomes)).size).toBe(10_000);
  expect(outcomes.filter(({ attempts }) => attempts === 2)).toHaveLength(1000);
});
