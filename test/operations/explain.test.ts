import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { slim } from '../../src/operations/slim.ts';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { tempFolder } from '../support/temp-folder.ts';

const LINES = [
  'usr/share/doc/tool/README.gz=0123456789',
  'usr/share/doc/tool/copyright=licence',
  'var/log/app.log=12345',
  'var/log/other.log=123',
  'var/log/keep/notes.txt=text',
];

const writeImage = async (): Promise<string> => {
  const dir = join(tempFolder(), 'app');
  await createLayout(dir);
  const layers = [
    await putLayer(dir, [await layerTar(entriesOf(LINES))]),
    await putLayer(dir, [await layerTar(entriesOf(['usr/share/doc/tool/.wh.copyright']))]),
  ];
  const history = [
    { created_by: '/bin/sh -c #(nop) ADD file:1 in / ' },
    { created_by: 'RUN /bin/sh -c rm copyright # buildkit' },
  ];
  await putImage(dir, '1.0', { layers, config: { architecture: 'amd64', history } });
  return `oci:${dir}:1.0`;
};

const explain = async (path: string, level?: 'safe' | 'lean') => {
  const result = await slim({ source: await writeImage(), dryRun: true, explain: [path], level });
  return result.images[0]?.explanations[0];
};

test('a path that stays at safe and would go at lean says so, with rule and bytes', async () => {
  const explanation = await explain('/usr/share/doc/tool/README.gz');
  expect(explanation).toMatchObject({
    verdict: 'kept',
    layer: { number: 1, count: 2, step: 'ADD file:1 in /' },
    atLean: [{ rule: 'base/docs', files: 1, bytes: 10 }],
  });
});

test('at lean nothing is said of lean', async () => {
  const explanation = await explain('/usr/share/doc/tool/README.gz', 'lean');
  expect(explanation).toMatchObject({ verdict: 'dropped', rule: 'base/docs' });
  expect(explanation).not.toHaveProperty('atLean');
});

test('a folder lists what each rule takes from it, and what is left', async () => {
  expect(await explain('/var/log')).toMatchObject({
    verdict: 'kept',
    taken: [{ rule: 'base/logs', files: 2, bytes: 8 }],
    left: { files: 1, bytes: 4 },
  });
});

test('a file that a layer deleted names that layer with its step', async () => {
  expect(await explain('/usr/share/doc/tool/copyright')).toEqual({
    path: '/usr/share/doc/tool/copyright',
    verdict: 'dropped',
    rule: 'layers/deleted',
    reason:
      'layer 2 of 2 (RUN rm copyright) deletes it, but it is still downloaded with its own layer',
  });
});

test('a path whose rule does not act since the image uses it says where', async () => {
  const dir = join(tempFolder(), 'app');
  await createLayout(dir);
  const lines = [
    'var/lib/apt/lists/x_Packages=1',
    'etc/apt/sources.list=x',
    'start.sh=apt-get install -y jq',
  ];
  await putImage(dir, '1.0', {
    layers: [await putLayer(dir, [await layerTar(entriesOf(lines))])],
    config: { architecture: 'amd64', config: { Entrypoint: ['/bin/sh', '/start.sh'] } },
  });
  const result = await slim({
    source: `oci:${dir}:1.0`,
    dryRun: true,
    explain: ['/var/lib/apt/lists/x_Packages'],
  });
  expect(result.images[0]?.explanations[0]).toMatchObject({
    verdict: 'kept',
    reason: 'apt/lists does not act: the image uses apt: /start.sh, line 1',
  });
});
