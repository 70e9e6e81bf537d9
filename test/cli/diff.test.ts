import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim } from '../support/try-reslim.ts';

const cwd = tempFolder();

const write = async (name: string, lines: readonly string[], config: object): Promise<void> => {
  const layout = join(cwd, name);
  await createLayout(layout);
  const layers = [await putLayer(layout, [await layerTar(entriesOf(lines))], { gzip: false })];
  await putImage(layout, '1', {
    layers,
    config: { os: 'linux', architecture: 'amd64', ...config },
  });
};

beforeAll(async () => {
  await write('app', ['app/', 'app/main=run', `app/cache=${'x'.repeat(5000)}`], {
    history: [{ created_by: 'COPY . /app # buildkit' }],
  });
  await write('new', ['app/', 'app/main=go!', 'app/\u001b[2Jevil=1'], {
    config: { User: 'app', Env: ['TOKEN=geheim'] },
    history: [{ created_by: 'COPY src /app # buildkit' }],
  });
});

test('diff shows sizes and download first, then what differs, and one line that sums it up', async () => {
  const { status, stdout, stderr } = await tryReslim(['diff', 'app:1', 'new:1'], { cwd });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.replaceAll(/sha256:\w{64}/g, 'DIGEST')).toMatchInlineSnapshot(`
    "before  oci:app:1  DIGEST
    after   oci:new:1  DIGEST

    linux/amd64
                   before    after   change
      compressed  8.19 kB  3.58 kB  -56.3 %
      unpacked    8.19 kB  3.58 kB  -56.3 %
      files             2        2      0 %
      layers            1        1      0 %
      download  3.58 kB in 1 of 1 layer

    Paths:
                  files  folders   before  after
      +  added        1        0             1 B
      -  removed      1        0  5.00 kB
      ~  changed      1        0      3 B    3 B

    Categories:
              before  after
      other  5.00 kB    4 B  -5.00 kB  -99.9 %

    Folders:
             before  after
      /app  5.00 kB    4 B  -5.00 kB  -99.9 %

    Files:
      -  -5.00 kB  /app/cache
      ~       0 B  /app/main         contents
      +      +1 B  /app/\\x1b[2Jevil

    Config:
      +  user       app
      +  env TOKEN  ***

    History:
      ~  COPY . /app → COPY src /app

    Layers:
      -  1  8.19 kB  removed COPY . /app
      +  1  3.58 kB  added COPY src /app

    Different: 1 path added, 1 path removed, 1 path changed, 2 settings, history, layers
    "
  `);
});

test('with --exit-code the status is 3 for a difference, and 0 for the same', async () => {
  const args = ['--exit-code', '--quiet'];
  const silent = { stdout: '', stderr: '' };
  expect(await tryReslim(['diff', 'app:1', 'new:1', ...args], { cwd })).toEqual({
    status: 3,
    ...silent,
  });
  expect(await tryReslim(['diff', 'app:1', 'app:1', ...args], { cwd })).toEqual({
    status: 0,
    ...silent,
  });
});

test('--top limits lists, and --json has all', async () => {
  const { stdout } = await tryReslim(['diff', 'app:1', 'new:1', '--top', '1'], { cwd });
  expect(stdout).toContain('and 2 more');
  const all = await tryReslim(['diff', 'app:1', 'new:1', '--top', '1', '--json'], { cwd });
  const { images } = JSON.parse(all.stdout) as { images: { files: object[] }[] };
  expect(images[0]?.files).toHaveLength(3);
});

test('--markdown has the lists to be opened, and takes no text of the image for anything else', async () => {
  await write('evil', ['app/', 'app/`</details> @team|x=1'], { config: { User: '<b>[x](y)' } });
  const { status, stdout, stderr } = await tryReslim(
    ['diff', 'app:1', 'evil:1', '--markdown', '-', '--only', 'added,config'],
    { cwd },
  );
  expect(status).toBe(0);
  expect(stderr).toContain('Different: 2 paths added, 1 setting');
  const lines = stdout.split('\n');
  expect(lines[0]).toBe('### `oci:app:1` → `oci:evil:1`');
  expect(lines).toContain('<summary>Files</summary>');
  expect(lines).toContain('| + | `user` | `<b>[x](y)` |');
  expect(lines).toContain('| + | +1 B | ``/app/`</details> @team\\|x`` |  |');
});

test.each([
  [['diff', 'app:1'], /AFTER is missing/],
  [['diff', '-', '-'], /only one of the images can come from stdin/],
  [['diff', 'app:1', 'new:1', '--json', '--markdown', '-'], /cannot both go to stdout/],
  [['diff', 'app:1', 'new:1', '--only', 'colours'], /nothing to compare is called "colours"/],
])('%j is refused as wrong usage', async (args, message) => {
  const { status, stderr } = await tryReslim(args, { cwd });
  expect(status).toBe(2);
  expect(stderr).toMatch(message);
});
