import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { QueueStatus } from '../../src/api/queue-status.ts';
import { startRedis, type RedisServer } from '../queue/support/redis.ts';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startReslim, tryReslim, type Outcome } from '../support/try-reslim.ts';
import { makeImage } from '../transport/registry/support/images.ts';
import {
  startDistribution,
  USER,
  type Distribution,
} from '../transport/registry/support/servers.ts';
import { pushTo } from '../transport/registry/support/transfer.ts';

const IMAGES = 60;
const TAGS = Array.from({ length: IMAGES }, (_, at) => `1.0.${at}`);

/** A process of `reslim worker`. */
interface WorkerProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly log: () => string;
  /** How many images it has finished. */
  readonly count: () => number;
  readonly ended: Promise<number | null>;
}

describe.runIf(requireTools('docker-registry', 'redis-server'))('a fleet', () => {
  let source: Distribution;
  let target: Distribution;
  let redis: RedisServer;

  beforeAll(async () => {
    [source, target, redis] = await Promise.all([
      startDistribution({ isInMemory: true }),
      startDistribution({ isInMemory: true, accessLog: true }),
      startRedis(),
    ]);
    for (const tag of TAGS) {
      const files = ['app/', `app/main=run ${tag}`, 'var/', 'var/log/', 'var/log/x.log=x'];
      const layers = [await layerTar(entriesOf(files)), await layerTar(entriesOf(['app/new=1']))];
      await pushTo(`${source.host}/shop/app:${tag}`, makeImage({ layers, isCompressed: true }));
    }
  });
  afterAll(async () => {
    await Promise.all([source?.close(), target?.close(), redis?.kill()]);
  });

  /** Each has a state of its own, as on a machine of its own. */
  const startWorker = (...args: readonly string[]): WorkerProcess => {
    const env = { RESLIM_QUEUE: redis.url, XDG_STATE_HOME: tempFolder() };
    const child = startReslim(['worker', '--concurrency', '2', '--log-level', 'debug', ...args], {
      env,
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    return {
      child,
      log: () => log,
      count: () => log.match(/ status=(done|unchanged) /g)?.length ?? 0,
      ended: new Promise((resolve) => child.once('exit', resolve)),
    };
  };
  const startWorkers = async (
    count: number,
    ...args: readonly string[]
  ): Promise<readonly WorkerProcess[]> => {
    const workers = Array.from({ length: count }, () => startWorker(...args));
    for (const worker of workers) await until(() => worker.log().includes('msg=started'));
    return workers;
  };
  const mirror = (to: string, ...args: readonly string[]): Promise<Outcome> => {
    return mirrorFrom('shop/app', to, ...args);
  };
  const mirrorFrom = (from: string, to: string, ...args: readonly string[]): Promise<Outcome> => {
    const places = [`docker://${source.host}/${from}`, `docker://${target.host}/${to}`];
    const env = { RESLIM_QUEUE: redis.url, XDG_STATE_HOME: tempFolder() };
    return tryReslim(['mirror', ...places, '--json', ...args], { env });
  };
  const status = async (): Promise<QueueStatus> => {
    const { stdout } = await tryReslim(['mirror', 'status', '--queue', redis.url, '--json']);
    return JSON.parse(stdout) as QueueStatus;
  };
  /** How often each tag was written. */
  const writesOf = (repository: string): Map<string, number> => {
    const writes = new Map<string, number>();
    for (const line of target.requests?.() ?? []) {
      const [, tag] = new RegExp(`^PUT /v2/${repository}/manifests/(\\S+) 201$`).exec(line) ?? [];
      if (tag !== undefined && TAGS.includes(tag)) writes.set(tag, (writes.get(tag) ?? 0) + 1);
    }
    return writes;
  };

  test.each([1, 2, 4])('copies all images with %i workers, each once', async (count) => {
    const workers = await startWorkers(count);
    const started = performance.now();
    const { stdout, stderr, status: code } = await mirror(`by-${count}/app`, '--copy');
    const seconds = (performance.now() - started) / 1000;
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    process.stdout.write(
      `${count} workers: ${IMAGES} images in ${seconds.toFixed(1)} s, ${(IMAGES / seconds).toFixed(1)} a second\n`,
    );
    expect(statusesOf(stdout)).toEqual({ done: IMAGES });
    expect([...writesOf(`by-${count}/app`).values()]).toEqual(TAGS.map(() => 1));
    expect(workers.reduce((sum, worker) => sum + worker.count(), 0)).toBe(IMAGES);
    for (const { child } of workers) child.kill('SIGTERM');
    expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual(workers.map(() => 0));
  });

  test('no machine takes an image for old that another one saw appear', async () => {
    const forged = (words: string): Promise<void> =>
      pushTo(
        `${source.host}/shop/aged:1.0`,
        makeImage({ layers: [Buffer.from(words)], created: '2024-01-05T12:00:00Z' }),
      );
    const statuses = async (): Promise<Record<string, number>> => {
      const [worker] = await startWorkers(1);
      const { stdout } = await mirrorFrom('shop/aged', 'aged', '--copy', '--min-age', '1h');
      worker?.child.kill('SIGTERM');
      await worker?.ended;
      return statusesOf(stdout);
    };
    await forged('built by its owner');
    expect(await statuses()).toEqual({ done: 1 });
    await forged('pushed with a stolen password');
    expect(await statuses()).toEqual({ waiting: 1 });
  });

  test('keeps the rates of a mirror file together, and its passwords where they are', async () => {
    const guarded = await startDistribution({
      isInMemory: true,
      accessLog: true,
      auth: 'htpasswd',
    });
    onTestFinished(guarded.close);
    const folder = tempFolder();
    const auth = Buffer.from(`${USER.username}:${USER.password}`).toString('base64');
    await writeFile(
      join(folder, 'config.json'),
      JSON.stringify({ auths: { [guarded.host]: { auth } } }),
    );
    const password = { env: 'MIRROR_PASSWORD' };
    // JSON is YAML.
    const file = JSON.stringify({
      hosts: { [guarded.host]: { username: USER.username, password, rate: '20/s' } },
      mirrors: [
        { from: `${source.host}/shop/app`, to: `${guarded.host}/app`, tags: '<1.0.4', copy: true },
      ],
    });
    await writeFile(join(folder, 'mirror.yaml'), file);
    const args = ['--auth-file', join(folder, 'config.json')];
    await startWorkers(2, ...args);
    const env = { RESLIM_QUEUE: redis.url, MIRROR_PASSWORD: USER.password };
    const began = performance.now();
    const { stdout, stderr } = await tryReslim(['mirror', join(folder, 'mirror.yaml'), '--json'], {
      env,
    });
    const seconds = (performance.now() - began) / 1000;
    expect([stderr, statusesOf(stdout)]).toEqual(['', { done: 4 }]);
    const requests = guarded.requests?.().length ?? 0;
    process.stdout.write(
      `2 workers, 20 requests a second: ${requests} in ${seconds.toFixed(1)} s\n`,
    );
    expect(requests).toBeGreaterThan(40);
    // 10 at once, and then one each 50 milliseconds.
    expect(requests).toBeLessThanOrEqual(11 + seconds * 20);
    const kept = await everythingIn(redis);
    expect(kept).toContain(`"limits":{"${guarded.host}":{"rate":1200}}`);
    for (const secret of [USER.password, auth, 'MIRROR_PASSWORD'])
      expect(kept).not.toContain(secret);
  });

  test('does what a planner that watches finds, by schedule and when a registry tells', async () => {
    const push = (tag: string): Promise<void> =>
      pushTo(`${source.host}/shop/live:${tag}`, makeImage({ layers: [Buffer.from(tag)] }));
    await push('1.0');
    const workers = await startWorkers(2);
    const folder = tempFolder();
    const secret = 'a-secret-that-nobody-guesses';
    await writeFile(join(folder, 'secret'), secret);
    const places = [`docker://${source.host}/shop/live`, `docker://${target.host}/live`];
    const planner = startReslim(
      [
        ...[
          'mirror',
          ...places,
          '--copy',
          '--watch',
          '--interval',
          '4s',
          '--listen',
          '127.0.0.1:0',
        ],
        ...['--webhook-secret-file', join(folder, 'secret'), '--log-format', 'json'],
      ],
      { env: { RESLIM_QUEUE: redis.url, XDG_STATE_HOME: folder } },
    );
    onTestFinished(() => void planner.kill('SIGKILL'));
    const log: Record<string, unknown>[] = [];
    createInterface({ input: planner.stderr }).on('line', (line) =>
      log.push(JSON.parse(line) as Record<string, unknown>),
    );
    /** Runs that did something, with what began them. */
    const runs = (): readonly unknown[] =>
      log.filter(({ msg, done }) => msg === 'run' && done === 1).map(({ cause }) => cause);
    await until(() => runs().length === 1);

    await push('1.1');
    const { address } = log.find(({ msg }) => msg === 'listening') as { readonly address: string };
    const { status: answer } = await fetch(`http://${address}/hooks`, {
      method: 'POST',
      headers: { authorization: secret },
      body: JSON.stringify({
        events: [{ action: 'push', target: { repository: 'shop/live', tag: '1.1' } }],
      }),
    });
    expect(answer).toBe(202);
    await until(() => runs().length === 2);
    await push('1.2');
    await until(() => runs().length === 3);
    expect(runs()).toEqual(['schedule', 'notification', 'schedule']);
    expect(log.filter(({ msg, status: each }) => msg === 'image' && each === 'done')).toHaveLength(
      3,
    );
    const made = workers.map((worker) => worker.log().match(/ status=done /g)?.length ?? 0);
    expect(made.reduce((sum, count) => sum + count)).toBe(3);
    planner.kill('SIGTERM');
    const [code] = (await once(planner, 'exit')) as [number];
    expect([code, log.at(-1)]).toMatchObject([0, { msg: 'stopped' }]);
    expect(log.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  });

  test('finishes where two of four workers are killed and Redis is started again', async () => {
    const workers = await startWorkers(4, '--takeover', '4');
    const total = (): number => workers.reduce((sum, worker) => sum + worker.count(), 0);
    const running = mirror('killed/app');
    await until(() => total() >= 10);
    workers[0]?.child.kill('SIGKILL');
    await until(() => total() >= 20);
    await redis.stop();
    await sleep(300);
    await redis.start();
    await until(() => total() >= 30);
    workers[1]?.child.kill('SIGKILL');
    const { stdout, status: code } = await running;
    expect(code).toBe(0);
    const { done = 0, unchanged = 0, ...others } = statusesOf(stdout);
    expect({ ...others, all: done + unchanged }).toEqual({ all: IMAGES });

    const takenOver = await takenOverTags(redis);
    const writes = writesOf('killed/app');
    process.stdout.write(
      `taken over from killed workers: ${takenOver.length}, of which ${
        takenOver.filter((tag) => writes.get(tag) === 2).length
      } had been written before\n`,
    );
    expect(takenOver.length).toBeGreaterThan(0);
    expect([...writes.keys()].toSorted()).toEqual(TAGS.toSorted());
    // What the killed ones had written, but not said yet, is found to be there, or written again.
    const twice = [...writes].flatMap(([tag, count]) => (count > 1 ? [tag] : []));
    expect(twice.filter((tag) => !takenOver.includes(tag))).toEqual([]);
    expect(Math.max(...writes.values())).toBeLessThanOrEqual(2);
    expect(await status()).toMatchObject({
      workers: 2,
      images: { waiting: 0, active: 0, retrying: 0, failed: 0 },
    });
  });
});

const statusesOf = (report: string): Record<string, number> => {
  const { images } = JSON.parse(report) as { images: readonly { status: string }[] };
  const counts: Record<string, number> = {};
  for (const { status } of images) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

/** All that Redis has, as text. */
const everythingIn = async ({ port }: RedisServer): Promise<string> => {
  const client = new Redis(port);
  try {
    const texts: string[] = [];
    for (const key of await client.keys('*')) {
      const type = await client.type(key);
      const read: Readonly<Record<string, () => Promise<unknown>>> = {
        string: () => client.get(key),
        hash: () => client.hgetall(key),
        list: () => client.lrange(key, '0', '-1'),
        set: () => client.smembers(key),
        zset: () => client.zrange(key, '0', '-1'),
        stream: () => client.xrange(key, '-', '+'),
      };
      texts.push(
        key,
        ...Object.values((await read[type]?.()) ?? {})
          .flat(2)
          .map(String),
      );
    }
    return texts.join('\n');
  } finally {
    client.disconnect();
  }
};

/** Tags of the jobs that were taken from a worker that gave no sign of life. */
const takenOverTags = async ({ port }: RedisServer): Promise<string[]> => {
  const client = new Redis(port);
  try {
    const keys = await client.keys('reslim:mirror:image-*');
    const tags: string[] = [];
    for (const key of keys) {
      const [stalled, data] = await client.hmget(key, 'stc', 'data');
      if (Number(stalled) > 0)
        tags.push(
          /:([\d.]+)$/.exec((JSON.parse(data ?? '') as { source: string }).source)?.[1] ?? '',
        );
    }
    return tags;
  } finally {
    client.disconnect();
  }
};

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await sleep(20);
};
