import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { digestOf, type Digest } from '../../src/oci/digest.ts';
import { openSeenFolder } from '../../src/state/seen-folder.ts';
import { openSeenRedis } from '../../src/state/seen-redis.ts';
import type { Seen } from '../../src/state/seen.ts';
import { startRedis, type RedisServer } from '../queue/support/redis.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';

/* What holds wherever it is remembered. */

const REPOSITORY = 'docker://registry.example:5000/shop/app';
const APP = `${REPOSITORY}:1.0`;
const [A, B] = [digestOf(Buffer.from('a')), digestOf(Buffer.from('b'))];
const { signal } = new AbortController();

const fail = (message: string): never => {
  throw new Error(message);
};

const hasRedis = requireTools('redis-server');
let server: RedisServer | undefined;
beforeAll(async () => {
  if (hasRedis) server = await startRedis();
});
afterAll(() => server?.kill());

let folder: string;
beforeEach(() => (folder = join(tempFolder(), 'seen')));

const newRedis = (): Redis => {
  const redis = new Redis(server?.port ?? 0);
  onTestFinished(() => redis.disconnect());
  return redis;
};

/** Each of them is what one run opens: it knows what the ones before have seen. */
const places: readonly (readonly [string, () => Seen])[] = [
  ['a folder', () => openSeenFolder(folder, { warn: fail })],
  ...(hasRedis
    ? [['Redis', () => openSeenRedis(newRedis(), { prefix: folder, signal })] as const]
    : []),
];

describe.each(places)('in %s', (_, open) => {
  const run = async <T>(action: (seen: Seen) => Promise<T>): Promise<T> => {
    const seen = open();
    const result = await action(seen);
    await seen.close();
    return result;
  };
  const look = (digest: Digest | undefined, now: number, name = APP): Promise<number | undefined> =>
    run((seen) => seen.look(name, digest, now));

  test('a digest is no older than the last look that found another one', async () => {
    expect(await look(A, 100)).toBeUndefined();
    expect(await look(A, 200)).toBeUndefined();
    expect(await look(B, 300)).toBe(200);
    expect(await look(B, 400)).toBe(200);
    // What comes back is new again.
    expect(await look(A, 500)).toBe(400);
  });

  test('a tag that was not there is known by its absence', async () => {
    expect(await look(undefined, 100)).toBeUndefined();
    expect(await look(A, 200)).toBe(100);
    expect(await look(A, 300)).toBe(100);
  });

  test('a listed tag is no older than the last list without it', async () => {
    const listAndLook = (tags: readonly string[], now: number) =>
      run(async (seen) => {
        await seen.list(REPOSITORY, tags, now);
        const found: (number | undefined)[] = [];
        for (const tag of tags) found.push(await seen.look(`${REPOSITORY}:${tag}`, A, now));
        return found;
      });
    expect(await listAndLook(['1', '2'], 100)).toEqual([undefined, undefined]);
    expect(await listAndLook(['1', '2', '3'], 200)).toEqual([undefined, undefined, 100]);
    expect(await listAndLook(['1', '3'], 300)).toEqual([undefined, 100]);
    // One that was gone and is back is as new.
    expect(await listAndLook(['1', '2', '3'], 400)).toEqual([undefined, 300, 100]);
    // A tag that was listed and not looked at until now may have had its digest all the time.
    await run((seen) => seen.list(REPOSITORY, ['4'], 500));
    expect(await look(B, 600, `${REPOSITORY}:4`)).toBe(400);
  });

  test('a clock that went back makes nothing younger than now', async () => {
    await look(A, 1000);
    expect(await look(B, 500)).toBe(500);
  });

  test('times of these days are kept to the millisecond', async () => {
    await look(A, 1_795_980_000_123);
    expect(await look(B, 1_795_980_000_456)).toBe(1_795_980_000_123);
  });

  test('names without a tag are not remembered', async () => {
    for (const name of [REPOSITORY, `${REPOSITORY}@${A}`, `${APP}@${A}`, '', `${REPOSITORY}:a b`]) {
      expect(await look(A, 1, name)).toBeUndefined();
      expect(await look(B, 2, name)).toBeUndefined();
    }
  });
});

describe.runIf(hasRedis)('on a server', () => {
  test('what a planner lists, workers know at once, whichever of them looks', async () => {
    const open = (): Seen => openSeenRedis(newRedis(), { prefix: folder, signal });
    const [planner, first, second] = [open(), open(), open()];
    await planner.list(REPOSITORY, ['1.0'], 100);
    await first.look(APP, A, 110);
    await planner.list(REPOSITORY, ['1.0', '1.1'], 200);
    expect(await second.look(`${REPOSITORY}:1.1`, A, 210)).toBe(100);
    expect(await second.look(APP, B, 220)).toBe(110);
    expect(await first.look(APP, B, 230)).toBe(110);
  });

  test('it is bounded, and forgotten in the end', async () => {
    const redis = newRedis();
    const tags = Array.from({ length: 60_000 }, (_, at) => `t${at}`);
    await openSeenRedis(redis, { prefix: folder, signal }).list(REPOSITORY, tags, 1);
    const key = `${folder}:seen:${REPOSITORY}`;
    // And the time of the list.
    expect(await redis.hlen(key)).toBe(50_001);
    const days = (await redis.pttl(key)) / (24 * 60 * 60 * 1000);
    expect(Math.round(days)).toBe(180);
  });

  test('an image whose age nobody can tell is not mirrored: what the server refuses is an error', async () => {
    const redis = newRedis();
    await redis.set(`${folder}:seen:${REPOSITORY}`, 'something else');
    const seen = openSeenRedis(redis, { prefix: folder, signal });
    await expect(seen.look(APP, A, 1)).rejects.toMatchObject({
      code: 'io',
      message: expect.stringMatching(
        /^since when images are there is not known: .*WRONGTYPE/,
      ) as string,
    });
  });

  test('the signal ends waiting for a server that is away', async () => {
    const redis = new Redis(1, { maxRetriesPerRequest: null, lazyConnect: true });
    redis.on('error', () => {});
    onTestFinished(() => redis.disconnect());
    const stop = new AbortController();
    const looking = openSeenRedis(redis, { prefix: folder, signal: stop.signal }).look(APP, A, 1);
    setTimeout(() => stop.abort(), 20);
    await expect(looking).rejects.toMatchObject({ code: 'aborted' });
  });
});
