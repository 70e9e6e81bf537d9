import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trend, type TrendOptions, type TrendResult } from '../../src/index.ts';
import { requireTools } from '../support/requires.ts';
import { tryReslim } from '../support/try-reslim.ts';
import {
  makeArtifact,
  makeImage,
  makeIndex,
  type TestImage,
} from '../transport/registry/support/images.ts';
import { startDistribution, type Distribution } from '../transport/registry/support/servers.ts';
import { pushTo } from '../transport/registry/support/transfer.ts';

const STEPS = ['ADD base.tar /', 'RUN npm ci', 'COPY fonts /fonts'];

/** Equal sizes are the same bytes, as in layers that were not built again. */
const imageOf = (created: string, ...sizes: readonly number[]): TestImage =>
  makeImage({
    layers: sizes.map((size, at) => Buffer.alloc(size, `${at}:${size};`)),
    steps: STEPS.slice(0, sizes.length),
    created: `${created}T12:00:00Z`,
  });

describe.runIf(requireTools('docker-registry'))('trend', () => {
  let registry: Distribution;
  let repository: string;
  const run = (...args: readonly string[]) => tryReslim(['trend', repository, ...args]);

  beforeAll(async () => {
    registry = await startDistribution();
    repository = `${registry.host}/shop/app`;
    const first = imageOf('2026-01-05', 60_000, 40_000);
    const third = imageOf('2026-03-05', 60_000, 48_000, 12_000);
    await pushTo(`${repository}:1.9.0`, first);
    await pushTo(`${repository}:1.10.0`, imageOf('2026-02-05', 60_000, 45_000));
    for (const tag of ['2.0.0', 'latest']) await pushTo(`${repository}:${tag}`, third);
    const signature = `${first.root.digest.replace(':', '-')}.sig`;
    await pushTo(`${repository}:${signature}`, makeArtifact(first.root, 'text/plain'));
    await pushTo(`${repository}:2.1.0`, makeArtifact(first.root, 'text/plain'));
    const both = (...sizes: readonly number[]) =>
      makeIndex([
        imageOf('2026-01-05', ...sizes),
        makeImage({ layers: [Buffer.alloc(1000)], architecture: 'arm64' }),
      ]);
    await pushTo(`${registry.host}/shop/both:1.0`, both(1000));
    await pushTo(`${registry.host}/shop/both:1.1`, both(1200));
    // Whatever asked for a layer from here on would fail.
    for (const { descriptor } of [first, third].flatMap(({ parts }) => parts)) {
      if (!descriptor.mediaType.includes('.layer.')) continue;
      const hex = descriptor.digest.slice('sha256:'.length);
      const blob = join('docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex);
      await rm(join(registry.folder, blob), { recursive: true, force: true });
    }
  });
  afterAll(() => registry?.close());

  test('shows sizes by version, and what made a tag grow', async () => {
    const { status, stdout, stderr } = await run();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.replaceAll(registry.host, 'HOST')).toMatchInlineSnapshot(`
      "HOST/shop/app  3 of 7 tags, by version

      linux/amd64  ▁▃█  +20.0 %
        tag     created       size    change
        1.9.0   2026-01-05  100 kB
        1.10.0  2026-02-05  105 kB  +5.00 kB   +5.0 %
        2.0.0   2026-03-05  120 kB  +15.0 kB  +14.3 %  grown
            +12.0 kB  COPY fonts /fonts  layer 3, new
            +3.00 kB  RUN npm ci         layer 2

      left out: 2.1.0: no image
      left out: latest: no version
      "
    `);
  });

  test('--json has the same, --exit-code fails when the newest tag grew', async () => {
    const { status, stdout } = await run('--json', '--exit-code', '--order', 'created');
    expect(status).toBe(3);
    const { platforms, ...rest } = JSON.parse(stdout) as TrendResult;
    expect(rest).toEqual({
      name: repository,
      order: 'created',
      threshold: 0.1,
      tags: 7,
      grown: true,
      leftOut: [{ tag: '2.1.0', reason: 'no image' }],
      notes: [],
    });
    expect(platforms).toHaveLength(1);
    expect(platforms[0]).toMatchObject({ platform: 'linux/amd64', grown: true });
    expect(platforms[0]?.points.at(-1)).toEqual({
      tag: '2.0.0',
      otherTags: ['latest'],
      digest: expect.stringMatching(/^sha256:/) as string,
      created: '2026-03-05T12:00:00Z',
      compressedSize: 120_000,
      layers: 3,
      change: 15_000,
      growth: 15 / 105,
      grown: true,
      causes: [
        { kind: 'step', name: 'COPY fonts /fonts', bytes: 12_000, layer: 3, detail: 'new' },
        { kind: 'step', name: 'RUN npm ci', bytes: 3000, layer: 2 },
      ],
    });
  });

  test('--exit-code is content with a newest tag that did not grow', async () => {
    expect((await run('--exit-code', '--tags', '<2')).status).toBe(0);
  });

  test('threshold, number of tags and platform can be chosen; each platform has a history of its own', async () => {
    expect((await trend({ repository, threshold: 0.15 })).grown).toBe(false);
    expect((await trend({ repository, threshold: 0.05, tags: ['<2'] })).grown).toBe(true);
    const newest = await trend({ repository, tags: ['<2'], newest: 1 });
    expect(tagsOf(newest)).toEqual([['linux/amd64', ['1.10.0']]]);
    const both = `docker://${registry.host}/shop/both`;
    const [amd, arm] = ['linux/amd64', 'linux/arm64'].map((each) => [each, ['1.0', '1.1']]);
    expect(tagsOf(await trend({ repository: both }))).toEqual([amd, arm]);
    expect(tagsOf(await trend({ repository: both, platform: 'linux/arm64' }))).toEqual([arm]);
  });

  test.each<[Partial<TrendOptions>, object]>([
    [
      { tags: ['^9'] },
      {
        message: expect.stringContaining('no image among its 5 tags') as string,
        hint: expect.stringMatching(/^it has .*1\.10\.0/) as string,
      },
    ],
    [{ tags: ['latest'] }, { hint: expect.stringContaining('--order created') as string }],
    [
      { platform: 'linux/s390x' },
      { hint: expect.stringContaining('no image for linux/s390x') as string },
    ],
  ])('%j is refused with a hint', async (options, error) => {
    await expect(trend({ repository, ...options })).rejects.toMatchObject({
      code: 'not-found',
      ...error,
    });
  });

  test('a tag, and a repository that is missing, are refused', async () => {
    expect(await tryReslim(['trend', `${repository}:1.9.0`])).toMatchObject({
      status: 2,
      stderr: `error: a tag where a repository should be: ${repository}:1.9.0\nhint: write ${repository}, and --tags for some of its tags\n`,
    });
    const missing = await tryReslim(['trend', `${registry.host}/shop/none`]);
    expect(missing).toMatchObject({ status: 1, stdout: '' });
    expect(missing.stderr).toContain('NAME_UNKNOWN');
  });
});

const tagsOf = ({ platforms }: TrendResult) =>
  platforms.map(({ platform, points }) => [platform, points.map(({ tag }) => tag)]);
