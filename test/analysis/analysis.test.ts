import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { inspect, type ImageAnalysis } from '../../src/index.ts';
import { entriesOf, layerTar, type TestEntry } from '../support/layer-tar.ts';
import { packageSizes } from '../support/package-sizes.ts';
import { tempFolder } from '../support/temp-folder.ts';

const run = promisify(execFile);
const layout = join(tempFolder(), 'app');

const RECORD = ['demo/__init__.py,,', 'demo/core.py,,', '../../../bin/demo,,'].join('\n');
const SITE = 'usr/lib/python3/site-packages';

const LAYERS: readonly (readonly TestEntry[])[] = [
  entriesOf([
    'etc/',
    'etc/os=one',
    'cache/',
    'cache/index=0123456789',
    'lib/',
    'lib/a=same bytes',
    'lib/b=>lib/a',
    'opt/x=12345',
  ]),
  [
    ...entriesOf(['etc/os=three', 'cache/.wh.index', 'lib/copy=same bytes']),
    { name: 'opt/x', body: '12345', uid: 7, mode: 0o755 },
    { name: 'bin/su', body: 'root!', mode: 0o4755 },
  ],
  entriesOf([
    'cache/later=99',
    'node_modules/left/package.json={"name":"left","version":"1.2.3"}',
    'node_modules/left/index.js=module',
    'node_modules/left/node_modules/inner/package.json={"version":"2.0.0"}',
    `${SITE}/demo-1.0.dist-info/METADATA=Name: demo`,
    `${SITE}/demo-1.0.dist-info/RECORD=${RECORD}`,
    `${SITE}/demo/__init__.py=import core`,
    `${SITE}/demo/core.py=#`,
    `${SITE}/other.py=nobody's`,
    'usr/bin/demo=run demo',
  ]),
  entriesOf(['cache/.wh..wh..opq', 'cache/new=1']),
];

let analysis: ImageAnalysis;

beforeAll(async () => {
  await createLayout(layout);
  const layers = [];
  for (const entries of LAYERS)
    layers.push(await putLayer(layout, [await layerTar(entries)], { gzip: true }));
  const history = LAYERS.map((_, at) => ({ created_by: `RUN step ${at + 1}` }));
  await putImage(layout, '1', { layers, config: { os: 'linux', architecture: 'amd64', history } });
  const result = await inspect({ source: `oci:${layout}:1` });
  analysis = result.images[0]?.analysis as ImageAnalysis;
});

test('its numbers are those of a program written from the specification', async () => {
  const script = join(import.meta.dirname, '../support/analyze.py');
  const { stdout } = await run('python3', [script, layout, '1']);
  const { packages, ...numbers } = JSON.parse(stdout) as { readonly packages: object };
  expect(analysis).toMatchObject(numbers);
  expect(packageSizes(analysis)).toEqual(packages);
});

test('every wasted file has its layer and its reason', () => {
  expect(analysis.wasted).toEqual([
    { path: '/cache/index', size: 10, layer: 1, by: 2, reason: 'deleted' },
    { path: '/lib/copy', size: 10, layer: 2, reason: 'copies', copyOf: '/lib/a' },
    {
      path: '/opt/x',
      size: 5,
      layer: 1,
      by: 2,
      reason: 'metadata',
      changes: ['owner', 'mode'],
    },
    { path: '/etc/os', size: 3, layer: 1, by: 2, reason: 'overwritten' },
    { path: '/cache/later', size: 2, layer: 3, by: 4, reason: 'deleted' },
  ]);
});

test('layers have their steps, what containers see of them and what is wasted', () => {
  expect(
    analysis.layers.map(({ number, step, ownSize, waste }) => [number, step, ownSize, waste.total]),
  ).toEqual([
    [1, 'RUN step 1', 10, 18],
    [2, 'RUN step 2', 25, 10],
    [3, 'RUN step 3', expect.any(Number), 2],
    [4, 'RUN step 4', 1, 0],
  ]);
});

test('a file counts for the innermost package, or the one whose record lists it', () => {
  const sizes = analysis.packages.map(({ type, name, version, files, bytes }) => [
    `${type} ${name} ${version}`,
    files,
    bytes,
  ]);
  expect(sizes).toEqual([
    ['npm left 1.2.3', 2, 39],
    ['python demo 1.0', 4, 30],
    ['npm inner 2.0.0', 1, 19],
  ]);
});

test('files that run with the rights of their owner are listed', () => {
  expect(analysis.setuid).toEqual([{ path: '/bin/su', size: 5, layer: 2, mode: '4755' }]);
});
