import { spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { outcomeOf, startReslim, tryReslim } from '../support/try-reslim.ts';
import { startFaultProxy, type FaultProxy } from '../transport/registry/support/fault-proxy.ts';
import { makeImage } from '../transport/registry/support/images.ts';
import {
  freePort,
  startDistribution,
  type Distribution,
} from '../transport/registry/support/servers.ts';
import { pushTo } from '../transport/registry/support/transfer.ts';

const SECRET = 'a-secret-that-nobody-guesses';

const imageOf = (text: string) =>
  makeImage({ layers: [Buffer.from(text)], created: '2026-01-05T12:00:00Z' });

describe.runIf(requireTools('docker-registry'))('mirror --watch', () => {
  /** Tells of pushes to `hooks`. */
  let source: Distribution;
  let target: Distribution;
  /** In front of the target, to make it slow and to count what it is asked. */
  let proxy: FaultProxy;
  let hooks: string;
  const cwd = tempFolder();
  const running: ChildProcessWithoutNullStreams[] = [];

  beforeAll(async () => {
    hooks = `127.0.0.1:${await freePort()}`;
    [source, target, proxy] = await Promise.all([
      startDistribution({
        isInMemory: true,
        notifications: { url: `http://${hooks}/hooks`, authorization: SECRET },
      }),
      startDistribution({ isInMemory: true }),
      startFaultProxy(),
    ]);
    proxy.upstream = `http://${target.host}`;
    await writeFile(join(cwd, 'secret'), `${SECRET}\n`);
    for (const tag of ['1.0', '1.1', 'edge'])
      await pushTo(`${source.host}/shop/app:${tag}`, imageOf(`app ${tag}`));
  });
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
    proxy.rules = [];
  });
  afterAll(() => Promise.all([source, target, proxy].map((each) => each?.close())));

  const start = (args: readonly string[], folder = tempFolder()) => {
    const child = startReslim(['mirror', ...args], { cwd, env: { XDG_STATE_HOME: folder } });
    running.push(child);
    return child;
  };
  const between = (to: string) => [
    `docker://${source.host}/shop/app`,
    `docker://${proxy.host}/${to}`,
    '--copy',
  ];
  const begin = (to: string, args: readonly string[], folder?: string) =>
    start([...between(to), ...args], folder);

  /** Starts a mirror that watches, and waits until it listens. */
  const watch = (to: string, ...args: readonly string[]) => watchWith([...between(to), ...args]);
  const watchWith = async (args: readonly string[]) => {
    const child = start([
      '--watch',
      '--log-format',
      'json',
      '--log-level',
      'debug',
      '--listen',
      '127.0.0.1:0',
      ...args,
    ]);
    const log: Record<string, unknown>[] = [];
    let address = '';
    createInterface({ input: child.stderr }).on('line', (line) => {
      // A run that is ended at once says so as all commands do.
      if (!line.startsWith('{')) return;
      const entry = JSON.parse(line) as Record<string, unknown>;
      log.push(entry);
      if (entry['msg'] === 'listening') address = entry['address'] as string;
    });
    await expect.poll(() => address, { timeout: 15_000 }).not.toBe('');
    const get = async (path: string) => {
      const response = await fetch(`http://${address}${path}`);
      return { status: response.status, body: await response.text() };
    };
    const lines = (status: string) =>
      log.filter((entry) => entry['msg'] === 'image' && entry['status'] === status);
    const ready = async (): Promise<void> => {
      await expect.poll(async () => (await get('/ready')).status).toBe(200);
    };
    return { child, log, lines, get, ready };
  };

  /** How often manifests of a repository were written. */
  const writes = (repository: string, tag: string): number =>
    proxy.seen.filter(
      ({ method, path }) => method === 'PUT' && path === `/v2/${repository}/manifests/${tag}`,
    ).length;

  /** Resolves when the first manifest of a repository is written. */
  const isWriting = async (repository: string): Promise<void> => {
    const path = `/v2/${repository}/manifests/`;
    const isThere = () =>
      proxy.seen.some((each) => each.method === 'PUT' && each.path.startsWith(path));
    await expect.poll(isThere, { timeout: 15_000 }).toBe(true);
  };

  /** The target takes its time to take manifests. */
  const slowDown = (time: number): void => {
    proxy.rules = [
      {
        matches: (method, path) => method === 'PUT' && path.includes('/manifests/'),
        times: Infinity,
        act: async ({ readBody, forward, reply }) => {
          const body = await readBody();
          await sleep(time);
          reply(await forward(body));
        },
      },
    ];
  };

  test('it mirrors, tells how it is, and acts at once when a registry tells of a push', async () => {
    const { child, log, lines, get, ready } = await watch(
      'watched',
      ...['--tags', '1.*', '--webhook-secret-file', 'secret', '--listen', hooks],
    );
    await ready();
    expect(
      lines('done')
        .map((line) => line['source'])
        .sort(),
    ).toEqual(['1.0', '1.1'].map((tag) => `docker://${source.host}/shop/app:${tag}`));
    expect(lines('done')[0]).toMatchObject({
      level: 'info',
      entry: `docker://${source.host}/shop/app`,
      digest: expect.stringMatching(/^sha256:/) as string,
      bytes: 7,
      attempt: 1,
      duration: expect.any(Number) as number,
    });

    await pushTo(`${source.host}/shop/app:1.2`, imageOf('app 1.2'));
    await pushTo(`${source.host}/shop/app:edge`, imageOf('app edge 2'));
    await pushTo(`${source.host}/shop/other:1.0`, imageOf('other'));
    await expect.poll(() => lines('done').length).toBe(3);
    expect(lines('done')[2]).toMatchObject({ source: `docker://${source.host}/shop/app:1.2` });
    // What the entry does not ask for was not looked at.
    expect(JSON.stringify(log)).not.toMatch(/app:edge|shop\/other/);
    await expect
      .poll(() => log.at(-1))
      .toMatchObject({ msg: 'run', cause: 'notification', done: 1, failed: 0 });

    const refused = await fetch(`http://${hooks}/hooks`, { method: 'POST', body: '{}' });
    expect([refused.status, await refused.text()]).toEqual([401, '']);
    const { body } = await get('/metrics');
    const entry = `entry="docker://${source.host}/shop/app"`;
    expect(body).toContain(`reslim_mirror_images_total{${entry},status="done"} 3`);
    expect(body).toContain(`reslim_mirror_images{${entry},status="failed"} 0`);
    expect(body).toMatch(/reslim_mirror_notifications_total\{outcome="accepted"\} [1-9]/);
    expect(body).toContain('reslim_mirror_notifications_total{outcome="refused"} 1');
    expect(body).toMatch(/reslim_mirror_last_success_timestamp_seconds\{.*\} 1\d{9}/);
    expect(body).toMatch(/reslim_mirror_next_run_timestamp_seconds\{.*\} 1\d{9}/);
    expect(body).toContain('reslim_mirror_queue_length{state="waiting"} 0');
    for (const { host } of [source, proxy])
      expect(body).toMatch(
        new RegExp(`reslim_mirror_requests_total\\{host="${host}",method="HEAD"\\} [1-9]`),
      );
    expect(body).not.toContain(SECRET);
    expect(JSON.stringify(log)).not.toContain(SECRET);
    if (requireTools('promtool')) {
      const lint = spawnSync('promtool', ['check', 'metrics'], { input: body, encoding: 'utf8' });
      expect([lint.stdout, lint.stderr, lint.status]).toEqual(['', '', 0]);
    }
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(log.at(-1)).toMatchObject({ msg: 'stopped' });
  });

  test('an interval looks again; without a secret there are no hooks', async () => {
    const { log, get, ready } = await watch('often', '--tags', '1.0', '--interval', '1s');
    await ready();
    await expect.poll(() => log.filter(({ msg }) => msg === 'run').length).toBeGreaterThan(2);
    expect(log.filter(({ status }) => status === 'done').length).toBe(1);
    expect(log.findLast(({ msg }) => msg === 'run')).toMatchObject({ unchanged: 1, done: 0 });
    expect((await get('/hooks')).status).toBe(404);
  });

  test('entries of a mirror file wait for their schedule, in their time zone', async () => {
    const from = `${source.host}/shop/app`;
    const to = `${proxy.host}/of-a-file`;
    const cron = '30 2 1 1 *';
    // JSON is YAML.
    const file = JSON.stringify({
      mirrors: [
        { name: 'now', from, to, tags: '1.0', copy: true },
        {
          name: 'once a year',
          from,
          to,
          tags: '1.1',
          copy: true,
          schedule: { cron, timezone: 'Asia/Kolkata' },
        },
      ],
    });
    await writeFile(join(cwd, 'mirror.yaml'), file);
    const { get, ready, log } = await watchWith(['mirror.yaml']);
    await ready();
    expect(await tagsOf(target, 'of-a-file')).toEqual(['1.0']);
    const [, next] =
      /next_run_timestamp_seconds\{entry="once a year"\} (\S+)/.exec(
        (await get('/metrics')).body,
      ) ?? [];
    // 2:30 there is 21:00 of the day before; the run may begin five minutes later.
    expect(new Date(Number(next) * 1000).toISOString()).toMatch(/-12-31T21:0[0-5]:/);
    expect(log.filter(({ msg }) => msg === 'run').length).toBe(1);
  });

  test('SIGTERM lets the image under way end, begins no other, and the status is 0', async () => {
    slowDown(1500);
    const { child, lines } = await watch('stopped', '--concurrency', '1');
    await isWriting('stopped');
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(lines('done').length).toBe(1);
    expect((await tagsOf(target, 'stopped')).length).toBe(1);
  });

  test('what takes longer than it may is given up, and nothing is half there', async () => {
    slowDown(60_000);
    const { child, log } = await watch('given-up', '--tags', '1.0', '--stop-timeout', '1s');
    await isWriting('given-up');
    child.kill('SIGINT');
    const began = performance.now();
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(performance.now() - began).toBeLessThan(5000);
    expect(log.at(-2)).toMatchObject({ msg: 'run ended early', done: 0, interrupted: 1 });
    expect(await tagsOf(target, 'given-up')).toEqual([]);
  });

  test('a second signal ends it at once', async () => {
    slowDown(60_000);
    const { child } = await watch('ended', '--tags', '1.0');
    await isWriting('ended');
    child.kill('SIGTERM');
    await sleep(200);
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([130, null]);
  });

  test('what fails is told with the time at which its entry is tried again', async () => {
    proxy.rules = [
      {
        matches: (method, path) => method === 'PUT' && path.includes('/manifests/'),
        times: 1,
        act: ({ reply }) => reply({ status: 403, headers: {}, body: Buffer.from('') }),
      },
    ];
    const [from, to] = [`${source.host}/shop/app`, `${proxy.host}/again`];
    const mirrors = [{ name: 'app', from, to, tags: '1.0', copy: true }];
    await writeFile(join(cwd, 'again.yaml'), JSON.stringify({ attempts: 1, mirrors }));
    const { log, lines } = await watchWith(['again.yaml', '--interval', '1s']);
    await expect.poll(() => lines('done').length, { timeout: 15_000 }).toBe(1);
    const again = log.filter(({ msg }) => msg === 'entry is tried again');
    expect(again).toMatchObject([{ level: 'warn', entry: 'app' }]);
    const wait =
      Date.parse(again[0]?.['next_try'] as string) - Date.parse(again[0]?.['ts'] as string);
    expect(wait).toBeGreaterThan(900);
    expect(wait).toBeLessThan(1200);
  });

  test('a run that is stopped still tells what it did, and what it did not', async () => {
    const to = 'stopped-run';
    proxy.rules = [
      {
        matches: (method, path) => method === 'PUT' && path === `/v2/${to}/manifests/1.1`,
        times: Infinity,
        act: async ({ readBody }) => void (await readBody()),
      },
    ];
    const files = ['--html', 'stopped.html', '--prometheus', 'stopped.prom'];
    const tags = ['1.0', '1.1', 'edge'].flatMap((tag) => ['--tags', tag]);
    const child = begin(to, [...tags, '--concurrency', '1', '--json', ...files]);
    const stopped = outcomeOf(child);
    await expect.poll(() => writes(to, '1.1'), { timeout: 15_000 }).toBe(1);
    child.kill('SIGTERM');
    const { status, stdout, stderr } = await stopped;
    expect([status, stderr]).toEqual([130, 'error: interrupted\n']);
    const { interrupted, totals, images } = JSON.parse(stdout) as {
      readonly interrupted: boolean;
      readonly totals: { readonly statuses: Readonly<Record<string, number>> };
      readonly images: readonly { readonly status: string; readonly attempts: number }[];
    };
    expect([interrupted, totals.statuses]).toMatchObject([true, { done: 1, interrupted: 2 }]);
    expect(images.map(({ status: each, attempts }) => `${each} ${attempts}`).sort()).toEqual([
      ...['done 1', 'interrupted 0', 'interrupted 1'],
    ]);
    const metrics = await readFile(join(cwd, 'stopped.prom'), 'utf8');
    expect(metrics).toMatch(/^reslim_mirror_images\{.*status="interrupted"\} 2$/m);
    expect(metrics).not.toMatch(/^reslim_mirror_last_success/m);
    expect(await readFile(join(cwd, 'stopped.html'), 'utf8')).toContain('</html>');
  });

  test('two runs do not work on one target at once: the second one finds it done', async () => {
    slowDown(700);
    const state = tempFolder();
    const both = ['a', 'b'].map(() =>
      outcomeOf(begin('shared', ['--tags', '1.0', '--tags', '1.1', '--json'], state)),
    );
    const results = (await Promise.all(both)).map(({ stdout, stderr }) => {
      const { images } = JSON.parse(stdout || fail(stderr)) as { images: { status: string }[] };
      return images.map(({ status }) => status);
    });
    expect(results.flat().sort()).toEqual(['done', 'done', 'unchanged', 'unchanged']);
    for (const tag of ['1.0', '1.1']) expect(writes('shared', tag)).toBe(1);
    expect(await readdir(join(state, 'reslim', 'locks'))).toEqual([]);
  });

  test('the targets of a run that was killed are taken over at once', async () => {
    slowDown(60_000);
    const state = tempFolder();
    const first = begin('killed', ['--tags', '1.0'], state);
    await isWriting('killed');
    first.kill('SIGKILL');
    await once(first, 'close');
    proxy.rules = [];
    expect((await readdir(join(state, 'reslim', 'locks'))).length).toBe(1);
    const second = await outcomeOf(begin('killed', ['--tags', '1.0', '--verbose'], state));
    expect([second.status, second.stderr]).toEqual([0, '']);
    expect(await tagsOf(target, 'killed')).toEqual(['1.0']);
    expect(await readdir(join(state, 'reslim', 'locks'))).toEqual([]);
  });

  test.each<[readonly string[], string]>([
    [['--interval', '5m'], '--interval is for a mirror that watches'],
    [['--log-level', 'warn'], '--log-level is for a mirror that watches'],
    [['--watch', '--dry-run'], '--watch has no result for --dry-run'],
    [['--watch', '--tags', ''], 'neither a glob nor a range'],
    [['--watch', '--listen', '9828'], 'not an address to listen on'],
    [['--watch', '--webhook-secret-file', 'empty'], 'no secret in it'],
    [['--watch', '--webhook-secret-file', 'short'], 'less than 16 characters'],
  ])('%j is wrong usage', async (args, words) => {
    await writeFile(join(cwd, 'empty'), '\n');
    await writeFile(join(cwd, 'short'), 'sesame\n');
    const { status, stderr } = await tryReslim(['mirror', 'a.example/b', 'c.example/d', ...args], {
      cwd,
    });
    expect(status).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('sesame');
  });
});

const fail = (message: string): never => {
  throw new Error(message);
};

/** Tags of a repository; none where there is no such repository. */
const tagsOf = async ({ host }: Distribution, repository: string): Promise<readonly string[]> => {
  const response = await fetch(`http://${host}/v2/${repository}/tags/list`);
  const { tags } = (await response.json()) as { tags?: string[] | null };
  return tags ?? [];
};
