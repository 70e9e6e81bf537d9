import { Redis } from 'ioredis';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Pace } from '../../src/api/hosts.ts';
import { createRedisPace } from '../../src/queue/redis-pace.ts';
import { requireTools } from '../support/requires.ts';
import { startRedis, type RedisServer } from './support/redis.ts';

const { signal } = new AbortController();

describe.runIf(requireTools('redis-server'))('the pace of several workers', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
    return () => server.kill();
  });
  const open = (): Pace => {
    const redis = new Redis(server.port);
    onTestFinished(() => redis.disconnect());
    return createRedisPace(redis);
  };

  test('keeps one rate together, after a burst', async () => {
    const rate = { interval: 50, burst: 3 };
    const times: number[] = [];
    const began = performance.now();
    await Promise.all(
      [open(), open(), open()].map(async (pace) => {
        for (let at = 0; at < 5; at++) {
          await pace.take('a.example', rate, signal);
          times.push(performance.now() - began);
        }
      }),
    );
    expect(times).toHaveLength(15);
    // 3 at once, then one each 50 ms; a request is never early, however late it is.
    for (const [at, time] of times.toSorted((a, b) => a - b).entries())
      expect(time).toBeGreaterThanOrEqual(Math.max(at - 2, 0) * 50 - 5);
    const other = await open().take('b.example', rate, signal);
    expect(other).toBeLessThan(50);
  });

  test('a pause holds for all of them, and does not get shorter', async () => {
    const [first, second] = [open(), open()];
    const began = Date.now();
    first.pause('c.example', began + 300);
    first.pause('c.example', began + 20);
    await first.take('d.example', undefined, signal);
    const waited = await second.take('c.example', undefined, signal);
    expect(Date.now() - began).toBeGreaterThanOrEqual(295);
    expect(waited).toBeGreaterThan(0);
    expect(await second.take('c.example', undefined, signal)).toBeLessThan(200);
  });

  test('waiting ends when the signal fires, also while the server is away', async () => {
    const pace = open();
    const stop = new AbortController();
    pace.pause('e.example', Date.now() + 60_000);
    const waiting = pace.take('e.example', undefined, stop.signal);
    setTimeout(() => stop.abort(), 20);
    await expect(waiting).rejects.toThrow('aborted');
    await expect(pace.take('e.example', undefined, stop.signal)).rejects.toThrow('aborted');
    const away = new Redis(1, { maxRetriesPerRequest: null });
    away.on('error', () => {});
    onTestFinished(() => away.disconnect());
    const next = new AbortController();
    const asking = createRedisPace(away).take('e.example', undefined, next.signal);
    setTimeout(() => next.abort(), 20);
    await expect(asking).rejects.toThrow('aborted');
  });
});
