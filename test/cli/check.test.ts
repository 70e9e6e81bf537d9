import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim } from '../support/try-reslim.ts';

const cwd = tempFolder();

beforeAll(async () => {
  const layout = join(cwd, 'app');
  await createLayout(layout);
  const layers = [];
  for (const lines of [
    ['app/', 'app/main=run'],
    ['app/main=run 2', 'app/.env=KEY=1'],
  ])
    layers.push(await putLayer(layout, [await layerTar(entriesOf(lines))], { gzip: false }));
  const history = [{ created_by: 'COPY . /app # buildkit' }, { created_by: 'RUN make' }];
  const config = { os: 'linux', architecture: 'amd64', history };
  await putImage(layout, '1', { layers, config });
});

test('check shows what is over, by how much, and what makes it so', async () => {
  const { status, stdout, stderr } = await tryReslim(
    ['check', 'app:1', '--max-size', '3kB', '--max-wasted', '50%', '--deny', 'secrets'],
    { cwd },
  );
  expect({ status, stderr }).toEqual({ status: 3, stderr: '' });
  expect(stdout.replaceAll(/sha256:\w{64}/g, 'DIGEST')).toMatchInlineSnapshot(`
    "oci:app:1 DIGEST

    linux/amd64  5.63 kB in 2 layers
            check           limit       is     over
      over  max-size      3.00 kB  5.63 kB  2.63 kB
      ok    max-wasted     50.0 %   27.3 %
      over  deny secrets        0        1        1
      max-size:
           8 B  folder  /app
           5 B  file    /app/main    layer 2
           3 B  file    /app/.env    layer 2
       3.07 kB  step    RUN make     layer 2
       2.56 kB  step    COPY . /app  layer 1
      deny secrets:
       3 B  file  /app/.env  layer 2

    Over the budget: 2 of 3 checks
    "
  `);
});

test('check that passes is short, --quiet prints nothing then, --json has all', async () => {
  const args = ['check', 'app:1', '--max-size', '1MB', '--max-layers', '2'];
  const { status, stdout } = await tryReslim(args, { cwd });
  expect(status).toBe(0);
  expect(stdout.replaceAll(/sha256:\w{64}/g, 'DIGEST')).toMatchInlineSnapshot(`
    "oci:app:1 DIGEST

    linux/amd64  5.63 kB in 2 layers
          check         limit       is  over
      ok  max-size    1.00 MB  5.63 kB
      ok  max-layers        2        2

    Within the budget: 2 checks
    "
  `);
  expect(await tryReslim([...args, '-q'], { cwd })).toMatchObject({ status: 0, stdout: '' });
  const json = await tryReslim([...args, '--json'], { cwd });
  expect(JSON.parse(json.stdout)).toMatchObject({
    name: 'oci:app:1',
    passed: true,
    images: [
      { platform: 'linux/amd64', layers: 2, checks: [{ rule: 'max-size', passed: true }, {}] },
    ],
  });
});

const checksIn = async (folder: string, ...args: string[]) => {
  const { stdout, stderr } = await tryReslim(['check', join(cwd, 'app:1'), '--json', ...args], {
    cwd: folder,
  });
  expect(stderr).toBe('');
  const { images } = JSON.parse(stdout) as {
    images: { checks: { rule: string; subject?: string; limit: number; unit: string }[] }[];
  };
  return images[0]?.checks.map(({ rule, subject, limit, unit }) =>
    [rule, subject, limit, unit].filter((each) => each !== undefined),
  );
};

test('budgets stand in .reslim.yaml; the command line wins, and lists add up', async () => {
  const folder = tempFolder();
  await writeFile(
    join(folder, '.reslim.yaml'),
    'level: lean\ncheck:\n  max-size: 2MB\n  max-layers: 5\n  max-wasted: 5%\n  deny: secrets\n  require-user: true\n',
  );
  expect(await checksIn(folder, '--max-layers', '6', '--deny', '/x')).toEqual([
    ['max-size', 2_000_000, 'bytes'],
    ['max-layers', 6, 'count'],
    ['max-wasted', 0.05, 'share'],
    ['deny', 'secrets', 0, 'count'],
    ['deny', '/x', 0, 'count'],
    ['require-user', 0, 'count'],
  ]);
});

test.each([
  [
    'rules:\n  lowestEfficiency: 0.95\n  highestWastedBytes: 20MB\n  highestUserWastedPercent: 0.20\n',
    [
      ['max-wasted', 20_000_000, 'bytes'],
      ['max-user-wasted', 0.2, 'share'],
      ['min-efficiency', 0.95, 'share'],
    ],
  ],
  [
    'rules:\n  lowestEfficiency: "disabled"\n  highestWastedBytes: 1024\n',
    [
      ['max-wasted', 1024, 'bytes'],
      ['max-user-wasted', 0.1, 'share'],
    ],
  ],
  [
    'other: 1\nrules:\n  lowestEfficiency: "0.8"\n  highestWastedBytes: disabled\n  highestUserWastedPercent: disabled\n',
    [['min-efficiency', 0.8, 'share']],
  ],
])('.dive-ci is read as dive reads it: %j', async (text, expected) => {
  const folder = tempFolder();
  await writeFile(join(folder, '.dive-ci'), text);
  expect(await checksIn(folder)).toEqual(expected);
  await writeFile(join(folder, 'rules'), 'rules: {lowestEfficiency: 0.5}\n');
  expect(await checksIn(folder, '--dive-ci', 'rules', '--max-user-wasted', '30%')).toEqual([
    ['max-user-wasted', 0.3, 'share'],
    ['min-efficiency', 0.5, 'share'],
  ]);
});

test('a check of nothing, and values that are none, are wrong usage', async () => {
  expect(await tryReslim(['check', 'app:1'], { cwd })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('nothing to check') as string,
  });
  for (const args of [
    ['--max-wasted', '5 percent'],
    ['--min-efficiency', '95'],
    ['--deny', 'compiler'],
    ['--deny', 'a/b'],
  ])
    expect(await tryReslim(['check', 'app:1', ...args], { cwd })).toMatchObject({ status: 2 });
});
