import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { MirrorOutcome } from '../../src/api/mirror.ts';
import { abortedError, ReslimError } from '../../src/base/errors.ts';
import type { Queue } from '../../src/queue/queue.ts';
import { openRedisQueue, type RedisQueueOptions } from '../../src/queue/redis-queue.ts';
import { connect, type ConnectOptions } from '../../src/queue/connect.ts';
import { watchQueue } from '../../src/queue/queue-status.ts';
import { work, type WorkOptions } from '../../src/queue/work.ts';
import { requireTools } from '../support/requires.ts';
import { doneOutcome, gather, nameOf, names, newJob } from './support/jobs.ts';
import { startRedis, type RedisServer } from './support/redis.ts';

describe.runIf(requireTools('redis-server'))('a queue in Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
    return () => server.kill();
  });
  afterEach(async () => {
    const redis = new Redis(server.port);
    await redis.flushall();
    redis.disconnect();
  });

  const notes: string[] = [];
  const onNote = (message: string): void => void notes.push(message);
  const open = async ({
    url = server.url,
    ...more
  }: Partial<RedisQueueOptions & Pick<ConnectOptions, 'url'>> = {}): Promise<Queue> => {
    const connection = await connect({ url, onNote });
    const queue = await openRedisQueue({ connection, attempts: 3, backoff: 20, ...more });
    onTestFinished(async () => {
      await queue.close();
      await connection.close();
    });
    return queue;
  };
  /** A worker, and what ends it. */
  const begin = (
    run: WorkOptions['run'],
    { url = server.url, ...more }: Partial<WorkOptions & Pick<ConnectOptions, 'url'>> = {},
  ): (() => Promise<void>) => {
    const stop = new AbortController();
    const { signal } = stop;
    const working = connect({ url, onNote }).then(async (connection) => {
      await work({ connection, run, concurrency: 1, takeover: 2000, signal, ...more });
      await connection.close();
    });
    const end = async (): Promise<void> => {
      stop.abort();
      await working;
    };
    onTestFinished(end);
    return end;
  };

  test('carries jobs by priority to a worker, and outcomes back', async () => {
    const queue = await open();
    const jobs = [newJob('a'), newJob('low', -1), newJob('b'), newJob('high', 5), newJob('a')];
    expect(await queue.add(jobs)).toBe(4);
    begin(async (job, attempt) => ({ ...doneOutcome(job, attempt), targetSize: 7 }));
    const outcomes = await gather(queue);
    expect(names(outcomes)).toEqual(['high', 'a', 'b', 'low']);
    expect(outcomes[0]).toEqual({ ...doneOutcome(newJob('high', 5), 1), targetSize: 7 });
  });

  test('tries again what may pass, and says in the end why a job failed', async () => {
    const queue = await open();
    await queue.add(['passes', 'stays', 'refused'].map((name) => newJob(name)));
    const tries: string[] = [];
    const failed: MirrorOutcome[] = [];
    begin(
      async (job, attempt) => {
        tries.push(`${nameOf(job)} ${attempt}`);
        if (nameOf(job) === 'refused')
          throw new ReslimError('not-found', 'no such image', { hint: 'log in' });
        if (nameOf(job) === 'stays' || attempt < 2) throw new ReslimError('io', 'no route to host');
        return doneOutcome(job, attempt);
      },
      { onFailed: (outcome) => void failed.push(outcome) },
    );
    const outcomes = await gather(queue);
    expect(names(outcomes)).toEqual(['refused', 'passes', 'stays']);
    expect(outcomes).toMatchObject([
      { status: 'failed', reason: 'no such image', hint: 'log in', attempts: 1 },
      { status: 'done', attempts: 2 },
      { status: 'failed', reason: 'no route to host', attempts: 3 },
    ]);
    expect(tries.toSorted()).toEqual([
      ...['passes 1', 'passes 2', 'refused 1', 'stays 1', 'stays 2', 'stays 3'],
    ]);
    // The worker is told of each of them, with the time of the next one where there is one.
    const told = failed.map(
      ({ job, attempts, nextTry }) =>
        `${nameOf(job)} ${attempts} ${nextTry === undefined ? 'for good' : 'again'}`,
    );
    expect(told.toSorted()).toEqual([
      'passes 1 again',
      'refused 1 for good',
      'stays 1 again',
      'stays 2 again',
      'stays 3 for good',
    ]);
    const wait = Date.parse(failed[0]?.nextTry ?? failed[1]?.nextTry ?? '') - Date.now();
    expect(Math.abs(wait)).toBeLessThan(5000);
  });

  test('a job is done again in a later run, whatever became of it', async () => {
    const run: WorkOptions['run'] = async (job, attempt) => {
      if (nameOf(job) === 'b') throw new ReslimError('usage', 'it fails');
      return doneOutcome(job, attempt);
    };
    begin(run);
    for (const _ of [1, 2]) {
      const queue = await open();
      expect(await queue.add([newJob('a'), newJob('b')])).toBe(2);
      expect((await gather(queue)).map(({ status }) => status)).toEqual(['done', 'failed']);
    }
  });

  test('a planner that is started again waits for what the first one added', async () => {
    const first = await open();
    await first.add([newJob('a'), newJob('b')]);
    await first.close();
    const second = await open();
    expect(await second.add([newJob('b'), newJob('c')])).toBe(1);
    const seen: string[] = [];
    begin(async (job, attempt) => {
      seen.push(nameOf(job));
      return doneOutcome(job, attempt);
    });
    expect(names(await gather(second))).toEqual(['b', 'c']);
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  test('two planners wait for one job, which is done once', async () => {
    const [first, second] = [await open(), await open()];
    await first.add([newJob('a')]);
    await second.add([newJob('a')]);
    let count = 0;
    begin(async (job, attempt) => ({ ...doneOutcome(job, attempt), targetSize: ++count }));
    const outcomes = await Promise.all([gather(first), gather(second)]);
    expect(outcomes).toEqual([outcomes[0], outcomes[0]]);
    expect(count).toBe(1);
  });

  test('several workers share the jobs, and no job is done by two', async () => {
    const queue = await open();
    await queue.add(Array.from({ length: 40 }, (_, at) => newJob(`job-${at}`)));
    const begun: string[] = [];
    const workers = new Set<number>();
    for (const worker of [1, 2, 3])
      begin(
        async (job, attempt) => {
          workers.add(worker);
          begun.push(job.id);
          await sleep(5);
          return doneOutcome(job, attempt);
        },
        { concurrency: 2 },
      );
    expect(await gather(queue)).toHaveLength(40);
    expect(new Set(begun).size).toBe(begun.length);
    expect(workers.size).toBe(3);
  });

  test('a worker that is stopped gives back what it has, and that counts as no attempt', async () => {
    const queue = await open({ attempts: 1 });
    await queue.add([newJob('a')]);
    const begun = new EventEmitter();
    const end = begin(async (_job, _attempt, signal) => {
      begun.emit('job');
      await sleep(60_000, undefined, { signal }).catch(() => {});
      throw abortedError();
    });
    await once(begun, 'job');
    await end();
    begin(async (job, attempt) => doneOutcome(job, attempt));
    expect(await gather(queue)).toMatchObject([{ status: 'done', attempts: 1 }]);
  });

  test('the status counts images by state, and says why they failed and when they are tried again', async () => {
    const queue = await open({ attempts: 2, backoff: 600_000 });
    await queue.add(['a', 'later', 'refused'].map((name) => newJob(name)));
    begin(async (job, attempt) => {
      if (nameOf(job) === 'a') return doneOutcome(job, attempt);
      throw new ReslimError(nameOf(job) === 'later' ? 'io' : 'usage', `${nameOf(job)} fails`);
    });
    const watched = await watchQueue({ url: server.url, onNote });
    onTestFinished(() => watched.close());
    const images = { waiting: 0, active: 0, retrying: 1, done: 1, failed: 1 };
    await expect.poll(watched.counts).toEqual(images);
    const status = await watched.status(20);
    const { source, target } = newJob('refused');
    expect(status).toMatchObject({
      queue: `redis://127.0.0.1:${server.port}/0`,
      images,
      workers: 1,
      finishedLately: 2,
      failed: [{ entry: 'all', source, target, reason: 'refused fails', attempts: 1 }],
      retrying: [{ reason: 'later fails', attempts: 1 }],
    });
    const wait = Date.parse(status.retrying[0]?.time ?? '') - Date.now();
    expect(wait).toBeGreaterThan(250_000);
    expect(wait).toBeLessThan(600_000);
    expect(await watched.status(0)).toMatchObject({ images, failed: [], retrying: [] });
  });

  test('jobs that the server lost are added again', async () => {
    const queue = await open();
    await queue.add([newJob('a'), newJob('b')]);
    const redis = new Redis(server.port);
    await redis.flushall();
    redis.disconnect();
    begin(async (job, attempt) => doneOutcome(job, attempt));
    expect(names(await gather(queue)).toSorted()).toEqual(['a', 'b']);
  });

  test('an interruption ends the planner, and the jobs stay', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const queue = await open({ signal, attempts: 2, backoff: 600_000 });
    await queue.add([newJob('later', 5)]);
    const failing = new EventEmitter();
    const end = begin(
      async () => {
        throw new ReslimError('io', 'no route to host');
      },
      { onFailed: () => void failing.emit('failed') },
    );
    await once(failing, 'failed');
    await end();
    await queue.add([newJob('a')]);
    const reading = gather(queue);
    setTimeout(() => controller.abort(), 20);
    await expect(reading).rejects.toMatchObject({ code: 'aborted' });
    const [later, waiting] = await queue.unfinished();
    expect([later?.status, waiting?.status]).toEqual(['interrupted', 'interrupted']);
    expect(Date.parse(later?.nextTry ?? '') - Date.now()).toBeGreaterThan(250_000);
    expect(waiting).not.toHaveProperty('nextTry');
    const next = await open();
    expect(await next.add([newJob('a')])).toBe(0);
  });

  test('a server that goes away and comes back costs nothing but time', async () => {
    const own = await startRedis();
    onTestFinished(own.kill);
    notes.length = 0;
    const queue = await open({ url: own.url });
    await queue.add(['a', 'b', 'c'].map((name) => newJob(name)));
    const begun = new EventEmitter();
    begin(
      async (job, attempt) => {
        begun.emit('job');
        await sleep(1500);
        return doneOutcome(job, attempt);
      },
      { url: own.url },
    );
    await once(begun, 'job');
    // What was written in the last second is not in its file yet when it is killed.
    await sleep(1100);
    await own.kill();
    await sleep(500);
    await own.start();
    expect(names(await gather(queue)).toSorted()).toEqual(['a', 'b', 'c']);
    expect(notes.filter((note) => note.startsWith('the queue is out of reach'))).toHaveLength(2);
    expect(notes.filter((note) => note.startsWith('the queue is back'))).toHaveLength(2);
  });

  test('a planner that begins while the server is away waits, and nothing else is printed', async () => {
    const own = await startRedis();
    onTestFinished(own.kill);
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
    onTestFinished(() => printed.mockRestore());
    const connection = await connect({ url: own.url, onNote });
    await own.kill();
    await expect.poll(() => connection.redis.status).toBe('reconnecting');
    const opening = openRedisQueue({ connection, attempts: 1, backoff: 1 });
    await sleep(600);
    await own.start();
    const queue = await opening;
    expect(await queue.add([newJob('a')])).toBe(1);
    await queue.close();
    await connection.close();
    expect(printed.mock.calls).toEqual([]);
  });

  test('says at once that a server is out of reach, or refuses the password, without showing it', async () => {
    await expect(open({ url: 'redis://:secret@127.0.0.1:1' })).rejects.toMatchObject({
      code: 'io',
      message: 'cannot use the queue: connect ECONNREFUSED 127.0.0.1:1, redis://127.0.0.1:1/0',
    });
    const own = await startRedis({ password: 'open, sesame' });
    onTestFinished(own.kill);
    await expect(open({ url: own.url.replace('open', 'close') })).rejects.toMatchObject({
      code: 'io',
      message: expect.stringMatching(
        /^cannot use the queue: WRONGPASS .*, redis:\/\/127/,
      ) as string,
    });
    const queue = await open({ url: own.url });
    expect(await queue.add([newJob('a')])).toBe(1);
  });
});
