import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ReslimError } from '../../../src/base/errors.ts';
import { digestOf } from '../../../src/oci/digest.ts';
import { parseImageName } from '../../../src/oci/image-name.ts';
import { OCI } from '../../../src/oci/media-type.ts';
import { openRegistryTarget } from '../../../src/transport/registry/registry-target.ts';
import type { RegistrySettings } from '../../../src/api/registry-settings.ts';
import type { RegistryOptions } from '../../../src/transport/registry/options.ts';
import { DEFAULT_REGISTRY_SETTINGS } from '../../../src/transport/registry/settings.ts';
import { MIRRORS_TIMEOUT } from '../../../src/transport/registry/mirrors/open-mirrored-source.ts';
import { networkFor } from '../../../src/transport/network.ts';
import { requireTools } from '../../support/requires.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { outcomeOf, RESLIM, tryReslim, type Outcome } from '../../support/try-reslim.ts';
import { isolated } from './support/fast.ts';
import { startFaultProxy, type FaultProxy, type Passing } from './support/fault-proxy.ts';
import { inChunks, makeImage, type TestImage } from './support/images.ts';
import { startDistribution, type Server } from './support/servers.ts';
import { startBlackHole, startSilent } from './support/silent-server.ts';
import { BASIC, pullFrom, pushTo } from './support/transfer.ts';

const folder = tempFolder();

/** What a run may take when a server does not answer, stalls or trickles, in milliseconds. */
const PROMISED = 180_000;

describe('the default timeouts', () => {
  const settings = DEFAULT_REGISTRY_SETTINGS;

  test('connecting and the first byte take 30 s at most', () => {
    expect(settings.connectTimeout).toBeLessThanOrEqual(30_000);
    expect(settings.headersTimeout).toBeLessThanOrEqual(30_000);
  });

  /** The longest run in vain: mirrors, a request, a last look, and the end of an upload. */
  const longest = ({ requestTimeout, storeRate, finishTimeout }: RegistrySettings, size: number) =>
    MIRRORS_TIMEOUT +
    requestTimeout +
    Math.min((size / storeRate) * 1000, finishTimeout) +
    2 * 5000;

  test('a request ends in time, and so does an upload of 200 MB that is never confirmed', () => {
    expect(longest(settings, 0)).toBeLessThanOrEqual(PROMISED);
    expect(longest(settings, 200e6)).toBeLessThanOrEqual(PROMISED);
  });

  test('a blob of 10 GB may take minutes to be put together', () => {
    expect(longest(settings, 10e9)).toBeGreaterThan(900_000);
  });

  test('--timeout and --retries make the time for all tries longer in proportion', () => {
    const all = (options: object) => networkFor(options).registry.settings?.requestTimeout;
    expect(all({})).toBeUndefined();
    expect(all({ timeout: 30_000, retries: 5 })).toBe(settings.requestTimeout);
    expect(all({ timeout: 300_000 })).toBe(10 * settings.requestTimeout);
    expect(all({ retries: 11 })).toBe(2 * settings.requestTimeout);
    expect(all({ retries: 0 })).toBe(settings.requestTimeout);
  });
});

/** How much faster than in earnest the clock of these tests runs. */
const SCALE = 10;

const scaled = (name: keyof RegistrySettings): number => DEFAULT_REGISTRY_SETTINGS[name] / SCALE;

/** The defaults, with all times shorter. */
const SHORT: Partial<RegistrySettings> = {
  ...DEFAULT_REGISTRY_SETTINGS,
  backoff: scaled('backoff'),
  backoffMax: scaled('backoffMax'),
  requestTimeout: scaled('requestTimeout'),
  connectTimeout: scaled('connectTimeout'),
  headersTimeout: scaled('headersTimeout'),
  stallWindow: scaled('stallWindow'),
};

/**
 * Ends in time, with one error that says what was asked of whom. The promise itself is held by the sum of
 * all limits, above; here a run may take twice as long, since on a busy machine what surrounds the waiting
 * is not faster by the scale.
 */
const expectEnd = async (run: Promise<unknown>): Promise<ReslimError> => {
  const started = performance.now();
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(performance.now() - started).toBeLessThan((2 * PROMISED) / SCALE);
  expect(error).toBeInstanceOf(ReslimError);
  const { code, message, hint } = error as ReslimError;
  expect(code).toBe('io');
  expect(message).toMatch(
    /(no answer within|timed out|bytes moved in|registry answered 503).*, [A-Z]+ http/,
  );
  expect(hint).toMatch(/gave up after \d+ (try|tries) in/);
  return error as ReslimError;
};

type Act = (passing: Passing) => Promise<void> | void;

const silence: Act = () => {};

/** Sends so much of the answer as `end` says, and nothing after that. */
const stallAt =
  (end: (left: number) => number): Act =>
  async (passing) => {
    const { status, headers, body } = await passing.forward();
    const { 'transfer-encoding': _, ...rest } = headers;
    passing.response.writeHead(status, { ...rest, 'content-length': body.length });
    passing.response.write(body.subarray(0, end(body.length)));
  };

/** Sends the answer piece by piece. */
const trickle =
  (size: number, pause: number): Act =>
  async (passing) => {
    const { status, headers, body } = await passing.forward();
    const { 'transfer-encoding': _, ...rest } = headers;
    passing.response.writeHead(status, { ...rest, 'content-length': body.length });
    for (let at = 0; at < body.length && !passing.response.destroyed; at += size) {
      passing.response.write(body.subarray(at, at + size));
      await sleep(pause);
    }
    passing.response.end();
  };

/** Reads the request at a rate, in bytes per second. */
const readSlowly = async ({ request }: Passing, rate: number): Promise<Buffer> => {
  const started = performance.now();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    const ahead = (size / rate) * 1000 - (performance.now() - started);
    if (ahead > 50) await sleep(ahead);
  }
  return Buffer.concat(chunks);
};

const BLOB = /\/blobs\/sha256:/;
const UPLOADS = /\/blobs\/uploads\//;

interface Case {
  readonly run: 'push' | 'push unknown' | 'pull';
  readonly method: string;
  readonly path: RegExp;
  readonly act: Act;
}

const CASES: Record<string, Case> = {
  'never answers a HEAD': { run: 'pull', method: 'HEAD', path: /manifests\/1/, act: silence },
  'never answers a GET': { run: 'pull', method: 'GET', path: /manifests\/sha/, act: silence },
  'never sends a blob': { run: 'pull', method: 'GET', path: BLOB, act: silence },
  'stalls in a manifest': {
    run: 'pull',
    method: 'GET',
    path: /manifests\/sha/,
    act: stallAt((left) => left / 2),
  },
  'sends half of what is left of a blob, each time': {
    run: 'pull',
    method: 'GET',
    path: BLOB,
    act: stallAt((left) => left / 2),
  },
  'sends a blob byte by byte': { run: 'pull', method: 'GET', path: BLOB, act: trickle(1, 20) },
  'sends a manifest byte by byte': {
    run: 'pull',
    method: 'GET',
    path: /manifests\/sha/,
    act: trickle(1, 50),
  },
  'redirects and keeps the connection open': {
    run: 'pull',
    method: 'GET',
    path: BLOB,
    act: ({ request, response }) => {
      response.writeHead(307, { location: request.url, 'content-length': 1000 });
      response.flushHeaders();
    },
  },
  'wants to be asked later, again and again': {
    run: 'pull',
    method: 'HEAD',
    path: /manifests\/1/,
    act: ({ reply }) =>
      reply({ status: 503, headers: { 'retry-after': '1' }, body: Buffer.alloc(0) }),
  },
  'starts no upload': { run: 'push unknown', method: 'POST', path: UPLOADS, act: silence },
  'reads no upload': { run: 'push', method: 'PUT', path: UPLOADS, act: silence },
  'reads uploads of unknown length and never confirms them': {
    run: 'push unknown',
    method: 'PATCH',
    path: UPLOADS,
    act: async ({ readBody }) => void (await readBody()),
  },
  'reads uploads and never confirms them': {
    run: 'push',
    method: 'PUT',
    path: UPLOADS,
    act: async ({ readBody }) => void (await readBody()),
  },
  'reads uploads byte by byte': {
    run: 'push',
    method: 'PUT',
    path: UPLOADS,
    act: async (passing) => void (await readSlowly(passing, 2000)),
  },
  'takes no manifest': { run: 'push', method: 'PUT', path: /manifests\//, act: silence },
};

describe.runIf(requireTools('docker-registry', 'python3'))('a server that', () => {
  let server: Server;
  let count = 0;
  beforeAll(async () => {
    server = await startDistribution({ isInMemory: true });
  });
  afterAll(() => server.close());

  const withProxy = async (use: (proxy: FaultProxy) => Promise<void>): Promise<void> => {
    const proxy = await startFaultProxy();
    proxy.upstream = `http://${server.host}`;
    await use(proxy).finally(proxy.close);
  };

  const start = async (
    run: Case['run'],
    image: TestImage,
    { name, options }: { name: string; options: RegistryOptions },
  ): Promise<void> => {
    if (run === 'pull') await pullFrom(name, options);
    else await pushTo(name, image, { options, isUnknown: run === 'push unknown' });
  };

  describe.concurrent('ends a run in time: it', () => {
    test.each(Object.entries(CASES))('%s', async (_, { run, method, path, act }) => {
      await withProxy(async (proxy) => {
        const image = makeImage({ layers: [randomBytes(6_000_000)] });
        const name = `${proxy.host}/stalled/run-${count++}:1`;
        if (run === 'pull') await pushTo(name, image);
        proxy.rules = [
          {
            matches: (gotMethod, gotPath) => gotMethod === method && path.test(gotPath),
            times: Infinity,
            act,
          },
        ];
        await expectEnd(start(run, image, { name, options: { settings: SHORT } }));
        expect(proxy.fired).toBeGreaterThan(0);
      });
    });

    test.each(['accepts and says nothing', 'does not even accept'])('%s', async (what) => {
      const { host, close } = await (what.startsWith('accepts') ? startSilent() : startBlackHole());
      const ended = expectEnd(pullFrom(`${host}/app:1`, { settings: SHORT }));
      await ended.finally(close);
    });

    test('hands tokens out and never does', async () => {
      await withProxy(async (proxy) => {
        const tokens = await startSilent();
        proxy.touch = (answer) => ({
          ...answer,
          status: 401,
          headers: { 'www-authenticate': `Bearer realm="http://${tokens.host}/token"` },
        });
        const options = { credential: BASIC, settings: SHORT };
        const { message } = await expectEnd(pullFrom(`${proxy.host}/app:1`, options)).finally(
          tokens.close,
        );
        expect(message).toContain('/token');
      });
    });

    test('is a proxy that opens no tunnel', async () => {
      const { host, close } = await startSilent();
      const { env } = isolated();
      const options = { env: { ...env, HTTPS_PROXY: `http://${host}` }, settings: SHORT };
      await expectEnd(pullFrom('registry.example/app:1', options)).finally(close);
    });
  });

  describe.concurrent(
    'is slow but makes progress may take longer than any timeout: it',
    { timeout: 90_000 },
    () => {
      const longer = DEFAULT_REGISTRY_SETTINGS.requestTimeout / SCALE;

      test('sends', async () => {
        await withProxy(async (proxy) => {
          const image = makeImage({ layers: [randomBytes(3_000_000)] });
          const name = `${proxy.host}/slow/sends:1`;
          await pushTo(name, image);
          proxy.rules = [
            {
              matches: (method, path) => method === 'GET' && BLOB.test(path),
              times: Infinity,
              act: trickle(15_000, 50),
            },
          ];
          const started = performance.now();
          await pullFrom(name, { settings: SHORT });
          expect(performance.now() - started).toBeGreaterThan(longer);
        });
      });

      /** Pushes a blob, which is taken as `act` does it. */
      const pushBlob = async (size: number, settings: Partial<RegistrySettings>, act: Act) =>
        withProxy(async (proxy) => {
          proxy.rules = [
            {
              matches: (method, path) => method === 'PUT' && UPLOADS.test(path),
              times: Infinity,
              act,
            },
          ];
          const name = parseImageName(`${proxy.host}/slow/push:1`);
          const target = openRegistryTarget(name, isolated({ settings }));
          const bytes = randomBytes(size);
          const expected = { digest: digestOf(bytes), size };
          const started = performance.now();
          await target.put(inChunks(bytes), { mediaType: OCI.layer, expected });
          await target.close();
          expect(performance.now() - started).toBeGreaterThan(longer);
          expect(proxy.fired).toBe(1);
        });
      const created = { status: 201, headers: {}, body: Buffer.alloc(0) };

      test('reads', async () => {
        await pushBlob(12_000_000, SHORT, async (passing) => {
          await readSlowly(passing, 1_000_000);
          passing.reply(created);
        });
      });

      test('puts a large blob together before it answers', async () => {
        const settings = { ...SHORT, storeRate: 100_000 };
        await pushBlob(2_000_000, settings, async ({ readBody, reply }) => {
          await readBody();
          await sleep(longer + 2000);
          reply(created);
        });
      });

      test('breaks off and goes on, many times', async () => {
        await withProxy(async (proxy) => {
          const image = makeImage({ layers: [randomBytes(8_000_000)] });
          const name = `${proxy.host}/slow/breaks:1`;
          await pushTo(name, image);
          proxy.rules = [
            {
              matches: (method, path) => method === 'GET' && BLOB.test(path),
              times: 30,
              act: async (passing) => {
                const { status, headers, body } = await passing.forward();
                passing.response.writeHead(status, headers);
                const part = body.subarray(0, 250_000);
                passing.response.write(part, () => passing.request.socket.destroy());
              },
            },
          ];
          await pullFrom(name, { settings: SHORT });
          expect(proxy.fired).toBe(30);
        });
      });
    },
  );
});

/** Whether this machine lets a process have another `/etc/resolv.conf` than the rest. */
const hasOwnMounts = spawnSync('unshare', ['--mount', 'true']).status === 0;

describe.concurrent('with default options, in real time', { timeout: PROMISED + 10_000 }, () => {
  const expectOneError = ({ status, stdout, stderr }: Outcome): void => {
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /^error: [^\n]*, (GET|HEAD) http[^\n]*\nhint: [^\n]*gave up after[^\n]*\n$/,
    );
  };

  test('a registry that does not answer ends reslim with one error', async () => {
    const { host, close } = await startSilent();
    const started = performance.now();
    expectOneError(await tryReslim(['inspect', `docker://${host}/app:1`]));
    await close();
    expect(performance.now() - started).toBeLessThan(PROMISED);
  });

  test.runIf(hasOwnMounts)(
    'a name server that says nothing ends reslim with one error',
    async () => {
      const server = createSocket('udp4');
      await new Promise<void>((resolve) => server.bind(53, '127.94.0.53', resolve));
      const conf = join(folder, 'resolv.conf');
      writeFileSync(conf, 'nameserver 127.94.0.53\n');
      const script = 'mount --bind "$0" /etc/resolv.conf && exec "$@"';
      const command = [process.execPath, RESLIM, 'inspect', 'docker://registry.example/app:1'];
      const child = spawn('unshare', ['--mount', 'sh', '-c', script, conf, ...command], {
        env: { PATH: process.env['PATH'], HOME: folder },
      });
      const started = performance.now();
      expectOneError(await outcomeOf(child));
      await new Promise<void>((resolve) => server.close(resolve));
      expect(performance.now() - started).toBeLessThan(PROMISED);
    },
  );
});
