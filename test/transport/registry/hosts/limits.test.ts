import { describe, test, type TestContext } from 'vitest';
import type { Pace } from '../../../../src/api/hosts.ts';
import type { Clock } from '../../../../src/transport/registry/hosts/clock.ts';
import { parseImageName } from '../../../../src/oci/image-name.ts';
import {
  openHosts,
  type OpenHostsOptions,
  type SharedHosts,
} from '../../../../src/transport/registry/hosts/open-hosts.ts';
import { openRegistrySource } from '../../../../src/transport/registry/registry-source.ts';
import { openRegistryTarget } from '../../../../src/transport/registry/registry-target.ts';
import { Refusal } from '../../../support/registry/exchange.ts';
import { isolated } from '../support/fast.ts';
import { makeImage } from '../support/images.ts';
import { pullFrom, pushTo } from '../support/transfer.ts';
import { createLimiter, type LimiterOptions } from './support/limited-registry.ts';
import { startWatchedRegistry, type WatchedOptions } from './support/watched-registry.ts';

/** A registry, and what sessions share there. */
const start = async (
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  access: WatchedOptions['access'],
  options: OpenHostsOptions = {},
) => {
  const registry = await startWatchedRegistry({ ...(access && { access }) });
  const notes: string[] = [];
  const onNote = (message: string): void => void notes.push(message);
  const hosts = openHosts({ onNote, ...options });
  onTestFinished(async () => {
    await hosts.close();
    await registry.close();
  });
  return { registry, hosts, notes };
};

const limited = async (
  context: Pick<TestContext, 'onTestFinished'>,
  limits: LimiterOptions,
  options: OpenHostsOptions = {},
) => {
  const limiter = createLimiter(limits);
  return { limiter, ...(await start(context, limiter.access, options)) };
};

/** Pushes and pulls small images in several sessions at once: 9 requests for each, and one for all. */
const work = (host: string, hosts: SharedHosts, count: number) =>
  Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const name = `${host}/app-${at}:1.0`;
      await pushTo(name, makeImage({ layers: [] }), { options: { hosts } });
      await pullFrom(name, { hosts });
    }),
  );

// They wait for windows to pass: all at once.
describe.concurrent('sessions that share their hosts', () => {
  test('never exceed a limit that the host announces', async ({ expect, onTestFinished }) => {
    const { registry, hosts, limiter } = await limited(
      { onTestFinished },
      {
        limit: 20,
        window: 1000,
        headers: (left, resetIn) => ({
          'ratelimit-limit': '20',
          'ratelimit-remaining': String(left),
          'ratelimit-reset': String(Math.ceil(resetIn / 1000)),
        }),
      },
    );
    await work(registry.host, hosts, 5);
    expect(limiter.refusals()).toBe(0);
    expect(Math.max(...limiter.windows())).toBeLessThanOrEqual(20);
    expect(registry.seen.length).toBeGreaterThan(40);
  });

  test('leave others what is below the floor', async ({ expect, onTestFinished }) => {
    const { registry, hosts, limiter } = await limited(
      { onTestFinished },
      {
        limit: 20,
        window: 1000,
        headers: (left, resetIn) => ({
          ratelimit: `"default";r=${left};t=${Math.ceil(resetIn / 1000)}`,
          'ratelimit-policy': '"default";q=20;w=1',
        }),
      },
      { policies: { '127.0.0.1': { floor: 11 } } },
    );
    await work(registry.host, hosts, 2);
    expect(limiter.refusals()).toBe(0);
    // While ten are left, none is sent.
    expect(Math.max(...limiter.windows())).toBeLessThanOrEqual(10);
  });

  test('exceed a limit that is only enforced once, and each window by one at most', async ({
    expect,
    onTestFinished,
  }) => {
    const { registry, hosts, limiter } = await limited(
      { onTestFinished },
      { limit: 20, window: 2000 },
      { window: 2000 },
    );
    await work(registry.host, hosts, 4);
    const windows = limiter.windows();
    const first = windows.findIndex((count) => count > 20);
    expect(windows[first] ?? 0).toBeLessThanOrEqual(20 + 8);
    const later = windows.slice(first + 1);
    expect(Math.max(0, ...later)).toBeLessThanOrEqual(21);
    expect(limiter.refusals()).toBeLessThanOrEqual(8 + later.length);
  });

  test.for([
    [
      'announced',
      (left: number) => ({ 'ratelimit-remaining': String(left), 'ratelimit-reset': '1' }),
    ],
    ['only enforced', () => ({})],
  ] as const)(
    'copy within a host whose limit is %s, and never wait for themselves',
    async ([, headers], { expect, onTestFinished }) => {
      const { registry, hosts } = await limited(
        { onTestFinished },
        { limit: 15, window: 1000, headers },
        { window: 1000, policies: { '127.0.0.1': { concurrency: 2 } } },
      );
      const image = makeImage({ layers: [Buffer.alloc(100_000, 'a'), Buffer.alloc(100_000, 'b')] });
      const options = isolated({ hosts });
      await pushTo(`${registry.host}/from:1.0`, image, { options });
      const copyTo = async (name: string): Promise<void> => {
        const source = await openRegistrySource(
          parseImageName(`${registry.host}/from:1.0`),
          options,
        );
        const target = openRegistryTarget(parseImageName(`${registry.host}/${name}:1.0`), options);
        const blobs = image.parts.slice(0, 3).map(({ descriptor }) => descriptor);
        await Promise.all(
          blobs.map((expected) =>
            target.put(source.open(expected), { ...expected, expected, isSplit: true }),
          ),
        );
        await target.close();
        await source.close();
      };
      await Promise.all(['a', 'b', 'c'].map(copyTo));
      expect(registry.content.get('c')?.blobs.size).toBe(3);
    },
  );

  test('look tags up with HEAD while a host allows no more pulls, as Docker Hub does', async ({
    expect,
    onTestFinished,
  }) => {
    let left = 3;
    const pulled: string[] = [];
    const { registry, hosts, notes } = await start(
      { onTestFinished },
      ({ method, url, response }) => {
        if (!url.pathname.includes('/manifests/')) return;
        if (method === 'GET') {
          pulled.push(url.pathname);
          if (left === 0) throw new Refusal(429, 'TOOMANYREQUESTS', 'pull rate limit');
          left--;
        }
        response.setHeader('ratelimit-limit', '3;w=18');
        response.setHeader('ratelimit-remaining', `${left};w=18`);
      },
    );
    const image = makeImage({ layers: [] });
    const name = `${registry.host}/app:1.0`;
    await pushTo(name, image);
    left = 3;
    pulled.splice(0);
    for (let count = 0; count < 3; count++) await pullFrom(name, { hosts });
    const waiting = pullFrom(name, { hosts });
    const look = async (): Promise<void> =>
      (await openRegistrySource(parseImageName(name), isolated({ hosts }))).close();
    await look();
    expect(pulled).toHaveLength(3);
    left = 1;
    await look();
    await waiting;
    expect(pulled).toHaveLength(4);
    expect(notes).toEqual([
      expect.stringMatching(/ takes no more pulls for now: they wait until \d{4}-\d\d-\d\dT.*Z$/),
    ]);
  });

  test('wait as long as the host asks, beyond tries and time of a request', async ({
    expect,
    onTestFinished,
  }) => {
    let refusals = 0;
    const { registry, hosts } = await start(
      { onTestFinished },
      ({ url }) => {
        if (url.pathname !== '/v2/' && refusals++ < 8)
          throw new Refusal(429, 'TOOMANYREQUESTS', 'slow down', { 'retry-after': '1' });
      },
      { clock: hurriedClock() },
    );
    await pushTo(`${registry.host}/app:1.0`, makeImage({ layers: [] }), {
      options: { hosts, settings: { attempts: 2, requestTimeout: 4000 } },
    });
    expect(hosts.traffic()[0]?.waitedMs).toBeGreaterThanOrEqual(5000);
  });

  test('give up where the host asks to wait for more than an hour', async ({
    expect,
    onTestFinished,
  }) => {
    const { registry, hosts } = await start({ onTestFinished }, ({ url }) => {
      if (url.pathname !== '/v2/')
        throw new Refusal(429, 'TOOMANYREQUESTS', 'slow down', { 'retry-after': '4000' });
    });
    await expect(pullFrom(`${registry.host}/app:1.0`, { hosts })).rejects.toMatchObject({
      code: 'io',
      message: expect.stringMatching(/^127.0.0.1:\d+ takes no more requests until .*Z$/) as string,
    });
    const sent = registry.seen.length;
    await expect(pullFrom(`${registry.host}/other:1.0`, { hosts })).rejects.toThrow('no more');
    expect(registry.seen).toHaveLength(sent);
  });

  test('end as other sessions do when a pace of somebody else fails or is stopped', async ({
    expect,
    onTestFinished,
  }) => {
    const stop = new AbortController();
    const pace: Pace = {
      take: (_, __, signal) =>
        new Promise((___, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        ),
      pause: () => {},
    };
    const { registry, hosts } = await start({ onTestFinished }, undefined, { pace });
    const stopped = pullFrom(`${registry.host}/app:1.0`, { hosts, signal: stop.signal });
    setTimeout(() => stop.abort(), 50);
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
    const failing: Pace = { ...pace, take: () => Promise.reject(new Error('no connection')) };
    const other = await start({ onTestFinished }, undefined, { pace: failing });
    const failed = pullFrom(`${other.registry.host}/app:1.0`, { hosts: other.hosts });
    await expect(failed).rejects.toMatchObject({
      code: 'io',
      message: `the pace of requests is not known (no connection), ${other.registry.host}`,
    });
  });

  test('give up a request that is refused for ever', async ({ expect, onTestFinished }) => {
    const { registry, hosts } = await start(
      { onTestFinished },
      ({ url }) => {
        if (url.pathname !== '/v2/') throw new Refusal(429, 'TOOMANYREQUESTS', 'slow down');
      },
      { clock: hurriedClock() },
    );
    await expect(pullFrom(`${registry.host}/app:1.0`, { hosts })).rejects.toMatchObject({
      status: 429,
    });
    expect(registry.seen.length).toBeLessThan(30);
  });
});

/** A clock on which a second of sleep takes a millisecond. */
const hurriedClock = (): Clock => {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    sleep: async (milliseconds, signal) => {
      await new Promise((resolve) => setTimeout(resolve, milliseconds / 1000));
      signal.throwIfAborted();
      ahead += milliseconds;
    },
  };
};
