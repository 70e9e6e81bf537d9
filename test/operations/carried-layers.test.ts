import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { SlimOptions } from '../../src/api/options.ts';
import type { SlimResult } from '../../src/api/results.ts';
import { openRuntime } from '../../src/operations/runtime.ts';
import { slim } from '../../src/operations/slim.ts';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startTwoRegistries, type TwoRegistries } from '../support/two-registries.ts';
import { NETWORK as network } from '../transport/registry/support/fast.ts';
import { makeImage, type TestImage } from '../transport/registry/support/images.ts';
import { pushTo } from '../transport/registry/support/transfer.ts';

/* What one registry is asked for, and when the other one gets it, where layers of an image stay as they are. */

/** Two layers from which nothing goes, and two that have a file which does. */
const LAYERS = [[], [], ['junk-1=1'], ['junk-2=1']];
const BASE = 2;

describe.runIf(requireTools('docker-registry'))('layers that stay as they are', () => {
  let registries: TwoRegistries;
  let image: TestImage;
  let digests: readonly string[];
  let count = 0;
  beforeAll(async () => {
    registries = await startTwoRegistries();
    const tars = LAYERS.map((lines, at) =>
      layerTar(entriesOf([`srv/file-${at}=${randomBytes(20_000).toString('hex')}`, ...lines])),
    );
    image = makeImage({ layers: await Promise.all(tars), isCompressed: true });
    digests = image.parts.slice(0, LAYERS.length).map(({ descriptor }) => descriptor.digest);
    await pushTo(`${registries.sourceServer.host}/app:1`, image);
  });
  afterAll(() => registries.close());
  beforeEach(() => {
    registries.source.rules = [];
    registries.source.seen.length = 0;
    count++;
  });

  const bring = async (options: Partial<SlimOptions>, hasCache = false): Promise<SlimResult> => {
    const cache = hasCache ? { folder: join(tempFolder(), 'cache') } : undefined;
    const runtime = await openRuntime({ cache });
    onTestFinished(() => runtime.close());
    return slim({
      source: `docker://${registries.source.host}/app:1`,
      target: `docker://${registries.target.host}/app-${count}:slim`,
      profiles: ['none'],
      drop: ['/junk-*'],
      network,
      runtime,
      ...options,
    });
  };
  const fetches = (digest: string): number =>
    registries.source.seen.filter(({ method, path }) => method === 'GET' && path.endsWith(digest))
      .length;

  test.each([
    ['--squash none', { squash: 'none' }, false],
    ['--squash none, with a cache', { squash: 'none' }, true],
    ['--squash base', { squash: 'base', base: String(BASE) }, false],
  ] as const)('are fetched once: %s', async (_, options, hasCache) => {
    await bring(options, hasCache);
    expect(digests.map(fetches)).toEqual(LAYERS.map(() => 1));
  });

  test('are sent while others are fetched, where they are those of the base', async () => {
    const stored = (digest: string): string =>
      `http://${registries.targetServer.host}/v2/app-${count}/blobs/${digest}`;
    const isThere = async (digest: string): Promise<boolean> =>
      (await fetch(stored(digest), { method: 'HEAD' })).ok;
    registries.source.rules = [
      {
        matches: (method, path) => method === 'GET' && path.endsWith(digests[BASE] as string),
        times: 1,
        act: async ({ forward, reply }) => {
          for (const digest of digests.slice(0, BASE))
            await expect.poll(() => isThere(digest), { timeout: 20_000 }).toBe(true);
          reply(await forward());
        },
      },
    ];
    await bring({ squash: 'base', base: String(BASE) });
    expect(registries.source.fired).toBe(1);
    expect(digests.map(fetches)).toEqual(LAYERS.map(() => 1));
  });

  test('are not sent in a dry run', async () => {
    registries.target.seen.length = 0;
    await bring({ squash: 'base', base: String(BASE), dryRun: true });
    expect(registries.target.seen.filter(({ method }) => method !== 'GET')).toEqual([]);
  });
});
