import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import type { SlimOptions } from '../../src/api/options.ts';
import type { SlimResult } from '../../src/api/results.ts';
import { keptInCache } from '../../src/index.ts';
import { openRuntime } from '../../src/operations/runtime.ts';
import { slim } from '../../src/operations/slim.ts';
import { dpkgFiles } from '../support/dpkg-files.ts';
import type { Files } from '../support/fact-image.ts';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { differences, flatten, readImage, type LayoutImage } from '../support/layout.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';

interface Step {
  readonly lines: readonly string[];
  readonly createdBy: string;
}

const folder = tempFolder();

/** Each image has a layout of its own. */
const layoutOf = (tag: string): string => join(folder, tag);

const named = (tag: string): string => `oci:${layoutOf(tag)}:1`;

/** Writes an image with one layer for each step; steps without lines are empty. */
const build = async (tag: string, steps: readonly Step[]): Promise<void> => {
  const layout = layoutOf(tag);
  await createLayout(layout);
  const layers = [];
  for (const { lines } of steps)
    if (lines.length > 0) layers.push(await putLayer(layout, [await layerTar(entriesOf(lines))]));
  const history = steps.map(({ lines, createdBy }) => ({
    created_by: createdBy,
    ...(lines.length === 0 && { empty_layer: true }),
  }));
  await putImage(layout, '1', { layers, config: { config: { Cmd: ['/app/run'] }, history } });
};

const slimmed = (from: string, to: string, options: Partial<SlimOptions>): Promise<SlimResult> =>
  slim({
    source: named(from),
    target: named(to),
    profiles: ['none'],
    ...options,
  });

const imageAt = (tag: string): Promise<LayoutImage> => readImage(layoutOf(tag), '1');

const filesOf = (tag: string): Promise<readonly string[]> => flatten(layoutOf(tag), '1');

const digestsOf = ({ layers }: LayoutImage): string[] => layers.map(({ digest }) => digest);

const DEBIAN: readonly Step[] = [
  {
    lines: [
      'etc/',
      'etc/motd=welcome',
      'etc/issue=1',
      'tmp/',
      'tmp/left=over',
      'usr/',
      'usr/bin=1',
    ],
    createdBy: 'ADD base.tar /',
  },
  { lines: [], createdBy: 'CMD ["bash"]' },
];

const APP: readonly Step[] = [
  { lines: ['etc/', 'etc/.wh.motd', 'etc/hosts=a', 'junk=1'], createdBy: 'RUN setup' },
  { lines: ['app/', 'app/run=1', '.wh.junk'], createdBy: 'COPY . /app' },
  { lines: [], createdBy: 'CMD ["/app/run"]' },
];

describe('--squash base', () => {
  test('leaves the layers of the base, and makes one of the others', async () => {
    await build('based', [...DEBIAN, ...APP]);
    const result = await slimmed('based', 'based-slim', { squash: 'base', profiles: ['auto'] });

    const [before, after] = [await imageAt('based'), await imageAt('based-slim')];
    expect(digestsOf(after)[0]).toBe(digestsOf(before)[0]);
    expect(after.layers).toHaveLength(2);
    expect(result.images[0]?.base).toMatchObject({
      layers: 1,
      how: 'history',
      compressedSize: before.layers[0]?.size,
      removable: { files: 1, bytes: 4 },
    });
    expect(result.images[0]?.dropped.map(({ path }) => path)).toEqual(['/junk']);
  });

  test.runIf(requireTools('python3'))('shows the same files', async () => {
    await slimmed('based', 'based-same', { squash: 'base' });
    expect(differences(await filesOf('based'), await filesOf('based-same'))).toEqual([]);
  });

  test('keeps the steps of the base in the history, and changes nothing the second time', async () => {
    const { history } = (await imageAt('based-same')).config as { history: object[] };
    expect(history.map((step) => 'empty_layer' in step)).toEqual([
      ...[false, true, true, true, true, false],
    ]);
    const again = await slimmed('based-same', 'based-again', { squash: 'base' });
    expect(again.changed).toBe(false);
  });

  test.runIf(requireTools('python3'))('hides files of the base on request', async () => {
    await slimmed('based', 'hidden', { squash: 'base', whiteouts: true, drop: ['/etc/issue'] });
    const files = (await filesOf('hidden')).map((line) => JSON.parse(line).path);
    expect(files).not.toContain('etc/issue');
    expect(files).toContain('etc/hosts');
    expect(digestsOf(await imageAt('hidden'))[0]).toBe(digestsOf(await imageAt('based'))[0]);
  });

  test('takes a count, a layer and an image for the base', async () => {
    await build('debian', DEBIAN);
    const [first] = digestsOf(await imageAt('based'));
    for (const base of ['1', first as string, named('debian')]) {
      const { images } = await slimmed('based', 'named', { squash: 'base', base, force: true });
      expect(images[0]?.base?.layers).toBe(1);
    }
    const two = await slimmed('based', 'named', { squash: 'base', base: '2' });
    expect(two.images[0]?.base).toMatchObject({ layers: 2, how: 'count' });
  });

  test('refuses a base that the image is not built on', async () => {
    await build('other', [{ lines: ['x=1'], createdBy: 'ADD x /' }]);
    for (const [base, message] of [
      ['4', '--base 4, and the image has 3 layers'],
      [`sha256:${'0'.repeat(64)}`, 'is no layer of the image'],
      [named('other'), 'layer 1 of it is not in the image'],
    ])
      await expect(slimmed('based', 'x', { squash: 'base', base })).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringContaining(message as string),
      });
  });

  test('says where no base can be found', async () => {
    await build('flat', [{ lines: ['a=1'], createdBy: 'COPY . /' }]);
    const { notes } = await slimmed('flat', 'flat-slim', { squash: 'base' });
    expect(notes.join()).toContain('where the base ends cannot be told');
  });
});

/** An image of packages, as lines. `versions` are those of packages, which are in their files. */
const service = (app: string, versions: Readonly<Record<string, string>>): readonly Step[] => {
  const packages = Object.entries(versions).map(([name, version]) => ({
    name,
    files: { [`usr/lib/${name}/main`]: `${name} ${version}` } as Files,
  }));
  const lines = Object.entries(dpkgFiles(packages)).map(
    ([path, body]) => `${path}=${String(body)}`,
  );
  return [
    { lines, createdBy: 'ADD base.tar /' },
    { lines: [], createdBy: 'CMD ["bash"]' },
    { lines: ['app/', `app/run=${app}`], createdBy: 'COPY . /app' },
  ];
};

const NAMES = Array.from({ length: 40 }, (_, at) => `package-${at}`);
const VERSIONS = Object.fromEntries(NAMES.map((name) => [name, '1']));

describe('--layers', () => {
  test('an application that changes changes one layer', async () => {
    await build('one', service('1', VERSIONS));
    await build('two', service('2', VERSIONS));
    await slimmed('one', 'one-layers', { layers: 12 });
    await slimmed('two', 'two-layers', { layers: 12 });
    const [one, two] = [await imageAt('one-layers'), await imageAt('two-layers')];
    expect(one.layers.length).toBeLessThanOrEqual(12);
    expect(one.layers.length).toBeGreaterThan(4);
    expect(digestsOf(one).slice(0, -1)).toEqual(digestsOf(two).slice(0, -1));
    expect(one.layers.at(-1)?.annotations).toMatchObject({
      'dev.reslim.layer': 'application',
      'dev.reslim.layer.groups': 'application',
    });
  });

  test('a result is the same whether its layers were known or not', async () => {
    await slimmed('two', 'fresh', { layers: 12 });
    await slimmed('one', 'moving', { layers: 12 });
    await slimmed('two', 'moving', { layers: 12 });
    expect((await imageAt('moving')).digest).toBe((await imageAt('fresh')).digest);
  });

  test.runIf(requireTools('python3'))('shows the same files', async () => {
    expect(differences(await filesOf('two'), await filesOf('two-layers'))).toEqual([]);
  });

  test('changes nothing the second time', async () => {
    const again = await slimmed('two-layers', 'two-again', { layers: 12 });
    expect(again.changed).toBe(false);
  });

  test('a step is the same whatever its build arguments, and tells no value of them', async () => {
    const steps = (token: string): readonly Step[] => [
      ...DEBIAN,
      { lines: ['opt/', 'opt/tool=1'], createdBy: `|1 TOKEN=${token} /bin/sh -c make tool` },
      { lines: ['app/', `app/run=${token}`], createdBy: 'COPY . /app' },
    ];
    for (const [tag, token] of Object.entries({ 'token-a': 'geheim', 'token-b': 'other' })) {
      await build(tag, steps(token));
      await slimmed(tag, `${tag}-layers`, { layers: 12 });
    }
    const groups = (await imageAt('token-a-layers')).layers.map(
      ({ annotations }) => annotations?.['dev.reslim.layer.groups'] ?? '',
    );
    expect(groups.join()).toContain('step |1 TOKEN=*** /bin/sh -c make tool');
    const namesOf = async (tag: string) =>
      (await imageAt(tag)).layers.map(({ annotations }) => annotations?.['dev.reslim.layer']);
    expect(await namesOf('token-a-layers')).toEqual(await namesOf('token-b-layers'));
  });

  test('with a cache, layers whose tar is known are not read, and the result is the same', async () => {
    const cache = join(folder, 'cache');
    const run = async (from: string, to: string) => {
      const runtime = await openRuntime({ cache: { folder: cache } });
      await slimmed(from, to, { layers: 12, runtime }).finally(runtime.close);
    };
    await slimmed('one', 'aside', { layers: 12 });
    await run('one', 'kept');
    const { length } = keptInCache(cache).filter(({ kind }) => kind === 'tars');
    expect(length).toBe((await imageAt('kept')).layers.length);
    await run('two', 'kept');
    const after = keptInCache(cache).filter(({ kind }) => kind === 'tars');
    // That of the application is new.
    expect(after).toHaveLength(length + 1);
    expect((await imageAt('kept')).digest).toBe((await imageAt('fresh')).digest);
  });

  test('with --previous, groups stay where they were, though there may be more layers', async () => {
    await slimmed('two', 'more', { layers: 20, previous: named('one-layers') });
    const namesOf = ({ layers }: LayoutImage): (string | undefined)[] =>
      layers.map(({ annotations }) => annotations?.['dev.reslim.layer']);
    expect(namesOf(await imageAt('more'))).toEqual(namesOf(await imageAt('one-layers')));
    await slimmed('two', 'without', { layers: 20 });
    expect(namesOf(await imageAt('without'))).not.toEqual(namesOf(await imageAt('more')));
  });
});

test.each<[Partial<SlimOptions>, string]>([
  [{ layers: 8, squash: 'base' }, '--layers and --squash base cannot both be given'],
  [{ layers: 128 }, '--layers 128: from 1 to 127 can be made'],
  [{ base: '1' }, '--base has no effect without --squash base'],
  [{ whiteouts: true, squash: 'none' }, '--whiteouts has no effect without --squash base'],
  [{ previous: 'app:1.0' }, '--previous has no effect without --layers'],
])('%j is refused', async (options, message) => {
  await expect(slimmed('based', 'refused', options)).rejects.toMatchObject({
    code: 'usage',
    message,
  });
});
