import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import type { CheckResult } from '../../src/api/check.ts';
import type { ReslimEvent } from '../../src/api/events.ts';
import type { SlimOptions } from '../../src/api/options.ts';
import { check } from '../../src/operations/check.ts';
import { openRuntime } from '../../src/operations/runtime.ts';
import { slim } from '../../src/operations/slim.ts';
import { entriesOf, layerTar, type TestEntry } from '../support/layer-tar.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startDistribution } from '../transport/registry/support/servers.ts';

const APP: readonly TestEntry[] = [
  ...entriesOf(['app/main=run', `var/log/app.log=${'l'.repeat(3000)}`, 'usr/bin/gcc=gnu']),
  { name: 'bin/su', body: 'su', mode: 0o4755 },
];

/** A folder with a layout for each list of entries; its image `1` has them in one layer, and another layer on top. */
const writeLayouts = async (
  images: Readonly<Record<string, readonly TestEntry[]>>,
): Promise<string> => {
  const folder = tempFolder();
  for (const [name, entries] of Object.entries(images)) {
    const dir = join(folder, name);
    await createLayout(dir);
    const layers = [
      await putLayer(dir, [await layerTar(entries)], { gzip: false }),
      await putLayer(dir, [await layerTar(entriesOf(['app/data=1']))], { gzip: false }),
    ];
    await putImage(dir, '1', { layers, config: { architecture: 'amd64' } });
  }
  return folder;
};

/** Slims `app:1` of a folder to `out:slim`, or as `options` say; failures are results, too. */
const slimOf = async (options: Partial<SlimOptions>, given?: string) => {
  const folder = given ?? (await writeLayouts({ app: APP }));
  const events: ReslimEvent[] = [];
  const source = `oci:${folder}/app:1`;
  const target = `oci:${folder}/out:slim`;
  const onEvent = (event: ReslimEvent): number => events.push(event);
  const run = slim({ profiles: ['base'], source, target, onEvent, ...options });
  const result = await run.catch((error: unknown) => error as Error);
  const checks = events.flatMap((event) => (event.type === 'check' ? [event.result] : []));
  return { result, check: checks[0], events, folder, target };
};

const rulesOf = (result: CheckResult | undefined): unknown[] =>
  (result?.images ?? []).flatMap((image) =>
    image.checks.map(({ rule, passed, actual }) => [rule, passed, actual]),
  );

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

test('what is written is checked as reslim check would check it', async () => {
  const budget = { maxUnpacked: 9000, maxLayers: 1, maxWasted: 0, deny: ['shells'] };
  const { result, check: found, target } = await slimOf(budget);
  expect(result).toMatchObject({ check: found });
  expect(found).toEqual({ ...(await check({ source: target, ...budget })), notes: [] });
});

test.each<[Partial<SlimOptions>, string]>([
  [{ maxLayers: 1, squash: 'none' }, 'max-layers'],
  [{ maxUnpacked: 100 }, 'max-unpacked'],
  [{ deny: ['compilers'] }, 'deny compilers'],
  [{ requireUser: true }, 'require-user'],
  [{ noSetuid: true }, 'no-setuid'],
  [{ minEfficiency: 1, profiles: ['none'], keep: ['/app/copy'] }, 'min-efficiency'],
])('with %j nothing appears at the target where it is not kept', async (options, rule) => {
  const folder = await writeLayouts({ app: [...APP, ...entriesOf(['app/copy=run'])] });
  const { result, check: found } = await slimOf(options, folder);
  expect(result).toMatchObject({
    code: 'policy',
    message: `the result does not keep the budget: ${rule}, image for linux/amd64`,
    hint: expect.any(String) as string,
  });
  expect(found?.passed).toBe(false);
  expect(found?.images[0]?.checks.find(({ passed }) => !passed)?.causes).not.toEqual([]);
  expect(await isThere(join(folder, 'out'))).toBe(false);
});

test('the size alone is checked without reading the result; with another limit its message stays', async () => {
  const alone = await slimOf({ maxSize: 10 });
  const both = await slimOf({ maxSize: 10, noSetuid: true });
  expect(alone.check).toBeUndefined();
  expect(alone.result).toMatchObject({
    message: expect.stringContaining('over the budget of 10 B') as string,
  });
  expect(both.result).toMatchObject({ message: (alone.result as Error).message });
  expect(rulesOf(both.check)).toMatchObject([
    ['max-size', false, expect.any(Number)],
    ['no-setuid', false, 1],
  ]);
});

test('deny is read before any work is done', async () => {
  const { result, events } = await slimOf({ deny: ['compiler'] });
  expect(result).toMatchObject({ code: 'usage' });
  expect(events.filter((event) => event.type === 'stage' && event.stage !== 'open')).toEqual([]);
});

describe('growth', () => {
  const GROWN = [...APP, ...entriesOf([`app/more=${'m'.repeat(4000)}`])];

  test('without a baseline is that over the image at the target', async () => {
    const folder = await writeLayouts({ app: APP, grown: GROWN });
    const first = await slimOf({ maxGrowth: { share: 0.1 } }, folder);
    expect(first.check).toBeUndefined();
    expect(first.result).toMatchObject({
      notes: [
        '--max-growth is not checked: there is no image at the target yet, and no --baseline',
      ],
    });
    const second = await slimOf(
      { source: `oci:${folder}/grown:1`, maxGrowth: { share: 0.1 } },
      folder,
    );
    expect(second.result).toMatchObject({ code: 'policy' });
    expect(second.check?.images[0]?.checks[0]?.causes).toContainEqual({
      kind: 'file',
      name: '/app/more',
      bytes: 4000,
      detail: 'new',
    });
    // The image of the first run is still there, and is its own baseline.
    const again = await slimOf({ maxGrowth: 0 }, folder);
    expect(again.result).toMatchObject({ upToDate: true, check: { passed: true } });
  });

  test('with a baseline is that over it; engines and archives have no other', async () => {
    const folder = await writeLayouts({ app: APP, old: [] });
    const grown = await slimOf({ maxGrowth: 0, baseline: `oci:${folder}/old:1` }, folder);
    expect(grown.result).toMatchObject({ code: 'policy' });
    expect(grown.check).toMatchObject({ baseline: { name: `oci:${folder}/old:1` } });
    const archive = await slimOf({ maxGrowth: 0, target: join(folder, 'out.tar') }, folder);
    expect(archive.result).toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('--baseline') as string,
    });
  });
});

test('a target that has the result already is checked, and so is a result from the cache', async () => {
  const folder = await writeLayouts({ app: APP });
  const runtime = await openRuntime({ cache: { folder: tempFolder() } });
  try {
    await slimOf({ runtime }, folder);
    const upToDate = await slimOf({ runtime, maxLayers: 1, noSetuid: true }, folder);
    expect(upToDate.result).toMatchObject({ code: 'policy' });
    expect(rulesOf(upToDate.check)).toEqual([
      ['max-layers', true, 1],
      ['no-setuid', false, 1],
    ]);
    const replayed = await slimOf({ runtime, noSetuid: true, target: join(folder, 'new') }, folder);
    expect(rulesOf(replayed.check)).toEqual([['no-setuid', false, 1]]);
    expect(await isThere(join(folder, 'new'))).toBe(false);
  } finally {
    await runtime.close();
  }
});

test('a dry run checks what it knows, and says what it does not', async () => {
  const dry = await slimOf({
    dryRun: true,
    maxUnpacked: 1e6,
    maxLayers: 1,
    maxWasted: 0,
    minEfficiency: 1,
    deny: ['/var/log/**', 'compilers'],
    requireUser: true,
    noSetuid: true,
    maxGrowth: 1,
  });
  expect(rulesOf(dry.check)).toMatchObject([
    ['max-unpacked', true, expect.any(Number)],
    ['max-layers', true, 1],
    ['deny', true, 0],
    ['deny', false, 1],
    ['require-user', false, 1],
    ['no-setuid', false, 1],
  ]);
  expect(dry.check).toMatchObject({
    images: [{ estimated: true, files: 4 }],
    notes: [
      '--max-wasted and --min-efficiency cannot be checked in a dry run: only the new image shows what it wastes',
      '--max-growth is not checked: a dry run compares with --baseline only',
    ],
  });
  expect(dry.result).toMatchObject({ code: 'policy' });
});

test('all targets get the image that was checked', async () => {
  const folder = await writeLayouts({ app: APP });
  const target = ['a', 'b.tar', 'a:2'].map((name) => join(folder, name));
  const { result } = await slimOf({ target, maxLayers: 1 }, folder);
  expect(result).toMatchObject({ check: { passed: true } });
  for (const name of target)
    expect(await check({ source: name, maxLayers: 1 })).toMatchObject({ passed: true });
});

test.runIf(requireTools('docker-registry'))(
  'a registry gets no blob of what is refused',
  async () => {
    const registry = await startDistribution();
    try {
      const target = `docker://${registry.host}/app:slim`;
      const blobs = async (): Promise<string[]> =>
        (await readdir(registry.folder, { recursive: true }).catch(() => [])).filter((path) =>
          path.endsWith('/data'),
        );
      const network = { env: {}, home: '/nonexistent' };
      const refused = await slimOf({ target, network, noSetuid: true });
      expect(refused.result).toMatchObject({ code: 'policy' });
      expect(await blobs()).toEqual([]);
      const kept = await slimOf({ target, network, maxLayers: 1 });
      expect(kept.result).toMatchObject({ check: { passed: true } });
      expect(await blobs()).not.toEqual([]);
    } finally {
      await registry.close();
    }
  },
);
