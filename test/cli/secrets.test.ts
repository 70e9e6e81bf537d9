import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeSample } from './support/sample-layout.ts';
import { tryReslim, type Outcome } from '../support/try-reslim.ts';

const cwd = tempFolder();

/** A key that a later step deletes, a token in the history, in an image of two platforms. */
beforeAll(async () => {
  const layout = join(cwd, 'app');
  await createLayout(layout);
  const key = '-----BEGIN RSA PRIVATE KEY-----';
  const layers = await Promise.all(
    [['root/', 'root/.ssh/', `root/.ssh/id_rsa=${key}`], ['root/.ssh/.wh.id_rsa']].map(
      async (lines) => putLayer(layout, [await layerTar(entriesOf(lines))], { gzip: false }),
    ),
  );
  const history = ['COPY key /root/.ssh/id_rsa', 'RUN NPM_TOKEN=hunter2 npm ci && rm key'].map(
    (created_by) => ({ created_by }),
  );
  const config = { architecture: 'amd64', config: {}, history };
  await putImage(layout, '1', { layers, config });
});

const reslim = (...args: string[]): Promise<Outcome> => tryReslim(args, { cwd });

const KEY =
  'high severity: private key /root/.ssh/id_rsa: layer 2 of 2 (RUN NPM_TOKEN=*** npm ci && rm key) deleted it, but layer 1 of 2 (COPY key /root/.ssh/id_rsa) of the source still holds it; replace it wherever it is used';
const TOKEN =
  'medium severity: build argument NPM_TOKEN: its value stands in step 2 of 2 of the history, which stays; build with a secret mount instead, and replace it';

test('secrets are noted once, with their layers as people count them', async () => {
  const { status, stdout, stderr } = await reslim('app:1', '-o', 'app:noted');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.split('\n').filter((line) => line.includes('severity'))).toEqual([
    `note: ${KEY}`,
    `note: ${TOKEN}`,
  ]);
  expect(stdout).not.toContain('hunter2');
});

test('with --quiet they go to stderr', async () => {
  expect(await reslim('app:1', '-o', 'app:quiet', '-q')).toEqual({
    status: 0,
    stdout: '',
    stderr: `note: ${KEY}\nnote: ${TOKEN}\n`,
  });
});

test.each([[['-o', 'new:1']], [['-o', 'new:1', '-q']], [['--dry-run']]])(
  '%j with --fail-on secrets names them once, exits with 3 and writes nothing',
  async (args) => {
    const outcome = await reslim('app:1', ...args, '--fail-on', 'secrets');
    expect(outcome).toEqual({
      status: 3,
      stdout: '',
      stderr: `error: the source holds 2 secrets that it seems to hide\nhint: ${KEY}\nhint: ${TOKEN}\n`,
    });
    expect(await readdir(cwd)).toEqual(['app']);
  },
);

test('what an earlier run made is not passed over by --fail-on', async () => {
  await reslim('app:1', '-o', 'app:slim');
  expect((await reslim('app:1', '-o', 'app:slim')).stdout).toMatch(/^Already slim/m);
  expect((await reslim('app:1', '-o', 'app:slim', '--fail-on', 'secrets')).status).toBe(3);
});

test('the report lists secrets', async () => {
  const { stdout } = await reslim('app:1', '--dry-run', '--json');
  expect(JSON.parse(stdout).images[0].secrets).toMatchObject([
    { kind: 'private key', path: '/root/.ssh/id_rsa', layer: { number: 1, count: 2 } },
    { kind: 'build argument', step: 2 },
  ]);
});

test('an image without secrets passes', async () => {
  await writeSample(join(cwd, 'clean'));
  const { status, stderr } = await reslim('clean/app:1.0', '--dry-run', '--fail-on', 'secrets');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
