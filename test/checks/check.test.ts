import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import {
  check,
  inspect,
  type Budget,
  type CheckOutcome,
  type ReslimEvent,
} from '../../src/index.ts';
import { entriesOf, layerTar, type TestEntry } from '../support/layer-tar.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();
/** A layout of its own for each image. */
const placeOf = (tag: string): string => `oci:${join(folder, tag)}:${tag}`;
const source = placeOf('1');

/** Contents: the first layer has 41 bytes; of all, 10 are deleted, 20 are stored again, and 5 are a copy. */
const LAYERS: readonly (readonly TestEntry[])[] = [
  entriesOf(['etc/passwd=toor:x:0:0::/:/bin/sh', `opt/data=${'d'.repeat(20)}`]),
  [
    ...entriesOf([`tmp/cache=${'c'.repeat(10)}`, 'usr/bin/gcc=gnu c', 'usr/bin/cc=gnu c']),
    { name: 'opt/data', body: 'd'.repeat(20), mode: 0o600 },
  ],
  [
    ...entriesOf(['tmp/.wh.cache', 'app/main=run!', 'app/.env=', 'srv/.env=KEY']),
    { name: 'bin/su', body: 'su', mode: 0o4755 },
  ],
];

const putApp = async (
  tag: string,
  layers: readonly (readonly TestEntry[])[],
  user: string,
  architecture = 'amd64',
): Promise<void> => {
  const layout = join(folder, tag);
  await createLayout(layout);
  const put = [];
  for (const entries of layers)
    put.push(await putLayer(layout, [await layerTar(entries)], { gzip: false }));
  const history = layers.map((_, at) => ({ created_by: `RUN step ${at + 1}` }));
  await putImage(layout, tag, {
    layers: put,
    config: { os: 'linux', architecture, history, config: { User: user } },
  });
};

const judge = async (budget: Budget, tag = '1'): Promise<readonly CheckOutcome[]> => {
  const { images, passed } = await check({ ...budget, source: placeOf(tag) });
  const checks = images.flatMap((image) => image.checks);
  expect(passed).toBe(checks.every((each) => each.passed));
  return checks;
};

beforeAll(async () => {
  await putApp('1', LAYERS, 'toor');
  await putApp('old', LAYERS.slice(0, 2), 'app');
});

describe('numbers', () => {
  test.each<[keyof Budget, (analysis: Measured) => number]>([
    ['maxSize', ({ compressedSize }) => compressedSize],
    ['maxUnpacked', ({ unpackedSize }) => unpackedSize],
    ['maxLayers', () => 3],
    ['maxWasted', () => 35],
    ['minEfficiency', ({ contentSize }) => 1 - 35 / contentSize],
    ['maxUserWasted', ({ contentSize }) => 35 / (contentSize - 41)],
  ])('%s is kept exactly at the limit and not beyond it', async (name, measure) => {
    const analysis = (await inspect({ source })).images[0]?.analysis as Measured;
    const actual = measure(analysis);
    const isLeast = name === 'minEfficiency';
    const step = actual > 1 ? 1 : 0.001;
    const at = async (limit: number) => (await judge({ [name]: limit }))[0] as CheckOutcome;
    const [exact, loose, tight] = [
      await at(actual),
      await at(isLeast ? actual - step : actual + step),
      await at(isLeast ? actual + step : actual - step),
    ];
    expect([exact.passed, exact.over, exact.causes]).toEqual([true, 0, []]);
    expect([loose.passed, loose.over, loose.causes]).toEqual([true, 0, []]);
    expect(tight.passed).toBe(false);
    expect(tight.over).toBeCloseTo(step);
    expect(tight.actual).toBeCloseTo(actual);
    expect(tight.causes.length).toBeGreaterThan(0);
  });
});

interface Measured {
  readonly compressedSize: number;
  readonly unpackedSize: number;
  readonly contentSize: number;
}

test('waste names files with the reason, and steps', async () => {
  const [outcome] = await judge({ maxWasted: { share: 0.01 } });
  expect(outcome).toMatchObject({ unit: 'share', limit: 0.01 });
  expect(outcome?.causes).toEqual([
    { kind: 'file', name: '/opt/data', bytes: 20, layer: 1, detail: 'stored again in layer 2' },
    { kind: 'file', name: '/tmp/cache', bytes: 10, layer: 2, detail: 'deleted in layer 3' },
    { kind: 'file', name: '/usr/bin/gcc', bytes: 5, layer: 2, detail: 'the same as /usr/bin/cc' },
    { kind: 'step', name: 'RUN step 1', bytes: 20, layer: 1 },
    { kind: 'step', name: 'RUN step 2', bytes: 15, layer: 2 },
  ]);
});

test('deny takes globs and sets, and lists what it found', async () => {
  const outcomes = await judge({ deny: ['compilers', '/opt/**', '**/*.map', 'secrets', 'shells'] });
  expect(
    outcomes.map(({ subject, actual, causes }) => [
      subject,
      actual,
      causes.map(({ name }) => name),
    ]),
  ).toEqual([
    ['compilers', 2, ['/usr/bin/cc', '/usr/bin/gcc']],
    ['/opt/**', 1, ['/opt/data']],
    ['**/*.map', 0, []],
    ['secrets', 1, ['/srv/.env']],
    ['shells', 0, []],
  ]);
});

test('a set that is none is refused, and so is a budget that limits nothing', async () => {
  await expect(judge({ deny: ['compiler'] })).rejects.toMatchObject({ code: 'usage' });
  await expect(judge({ noSetuid: false, deny: [] })).rejects.toMatchObject({ code: 'usage' });
  await expect(judge({ maxGrowth: 1 })).rejects.toMatchObject({ code: 'usage' });
});

test.each([
  ['', true],
  ['root', true],
  ['0', true],
  ['0:1000', true],
  ['root:app', true],
  // The image gives this name the number of root.
  ['toor', true],
  ['1000', false],
  ['app', false],
  ['app:root', false],
])('the user %j is root: %s', async (user, isRoot) => {
  await putApp('user', LAYERS, user);
  const [outcome] = await judge({ requireUser: true }, 'user');
  expect(outcome).toMatchObject({ rule: 'require-user', passed: !isRoot });
});

test('setuid files are listed with their mode', async () => {
  const [outcome] = await judge({ noSetuid: true });
  expect(outcome?.causes).toEqual([
    { kind: 'file', name: '/bin/su', bytes: 2, layer: 3, detail: 'mode 4755' },
  ]);
  expect(await judge({ noSetuid: true }, 'old')).toMatchObject([{ passed: true }]);
});

describe('growth', () => {
  const baseline = placeOf('old');

  test('over an image names the files, folders and steps that grew', async () => {
    const [outcome] = await judge({ maxGrowth: { share: 0.1 }, baseline });
    expect(outcome).toMatchObject({ rule: 'max-growth', passed: false, unit: 'share' });
    expect(outcome?.causes).toEqual([
      { kind: 'folder', name: '/app', bytes: 4 },
      { kind: 'folder', name: '/srv', bytes: 3 },
      { kind: 'folder', name: '/bin', bytes: 2 },
      { kind: 'file', name: '/app/main', bytes: 4, detail: 'new' },
      { kind: 'file', name: '/srv/.env', bytes: 3, detail: 'new' },
      { kind: 'file', name: '/bin/su', bytes: 2, detail: 'new' },
      { kind: 'step', name: 'RUN step 3', bytes: expect.any(Number), layer: 3, detail: 'new' },
    ]);
  });

  test('is in bytes or a part of the baseline, and exact', async () => {
    const size = async (tag: string): Promise<number> =>
      (await inspect({ source: placeOf(tag), read: 'documents' })).images[0]
        ?.compressedSize as number;
    const [after, before] = [await size('1'), await size('old')];
    const kept = async (maxGrowth: Budget['maxGrowth']) =>
      (await judge({ maxGrowth, baseline }))[0]?.passed;
    expect(await kept(after - before)).toBe(true);
    expect(await kept(after - before - 1)).toBe(false);
    expect(await kept({ share: (after - before) / before })).toBe(true);
    expect(await kept({ share: (after - before) / before - 0.001 })).toBe(false);
  });

  test('over reports of reslim is that over the image', async () => {
    const inspected = join(folder, 'inspect.json');
    await writeFile(inspected, JSON.stringify(await inspect({ source: baseline })));
    const checked = join(folder, 'check.json');
    await writeFile(checked, JSON.stringify(await check({ source: baseline, maxSize: 1 })));
    const [image] = await judge({ maxGrowth: 1, baseline });
    for (const report of [inspected, checked]) {
      const [outcome] = await judge({ maxGrowth: 1, baseline: report });
      expect(outcome?.actual).toBe(image?.actual);
    }
    const [outcome] = await judge({ maxGrowth: 1, baseline: inspected });
    expect(outcome?.causes).toMatchObject([{ kind: 'step', name: 'RUN step 3', detail: 'new' }]);
  });

  test('is known without reading the baseline, which is read once to say what grew', async () => {
    const reads = async (budget: Budget): Promise<number> => {
      const events: ReslimEvent[] = [];
      const onEvent = (event: ReslimEvent): number => events.push(event);
      await check({ ...budget, source, onEvent });
      return events.filter((event) => event.type === 'stage' && event.stage === 'read').length;
    };
    expect(await reads({ noSetuid: true })).toBe(1);
    expect(await reads({ deny: ['shells'], requireUser: true })).toBe(1);
    expect(await reads({ maxGrowth: { share: 99 }, baseline })).toBe(1);
    expect(await reads({ maxGrowth: 1, baseline })).toBe(2);
  });

  test('asks which of two registries a password is for', async () => {
    const run = check({
      source: 'docker://one.invalid/app:1',
      baseline: 'docker://two.invalid/app:1',
      maxGrowth: 1,
      network: { env: { RESLIM_USERNAME: 'ada', RESLIM_PASSWORD: 'secret' } },
    });
    await expect(run).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('several registries') as string,
    });
  });

  test('over something else is refused', async () => {
    const file = join(folder, 'other.json');
    await writeFile(file, '{"images": [{}]}');
    await expect(judge({ maxGrowth: 1, baseline: file })).rejects.toMatchObject({ code: 'usage' });
    await expect(judge({ maxGrowth: 1, baseline: join(folder, 'none.json') })).rejects.toThrow(
      /none\.json/,
    );
  });
});
