import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { entriesOf, layerTar, type TestEntry } from '../support/layer-tar.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim } from '../support/try-reslim.ts';

const cwd = tempFolder();

const write = async (
  name: string,
  entries: readonly TestEntry[],
  config: object,
): Promise<void> => {
  const layout = join(cwd, name);
  await createLayout(layout);
  const layers = [await putLayer(layout, [await layerTar(entries)], { gzip: false })];
  await putImage(layout, '1', { layers, config: { architecture: 'amd64', config } });
};

const FILES = [
  'app/',
  'app/main=run',
  'app/notes=text',
  'app/link->main',
  'app/\u001b[2Jlink->main',
];
const CONFIG = { Cmd: ['/app/main'], Env: ['TOKEN=geheim', 'MODE=fast'] };

beforeAll(async () => {
  await write('app', entriesOf(FILES), CONFIG);
  await write('good', entriesOf(FILES.toSpliced(2, 1)), CONFIG);
  await write('bad', entriesOf(FILES.toSpliced(1, 1)), {
    ...CONFIG,
    Env: ['TOKEN=anderes', 'MODE=fast'],
  });
});

test('verify shows what was looked at, and ends with status 0 where nothing differs', async () => {
  const { status, stdout, stderr } = await tryReslim(['verify', 'app:1', 'good:1'], { cwd });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.replaceAll(/sha256:\w{64}/g, 'DIGEST')).toMatchInlineSnapshot(`
    "original  oci:app:1   DIGEST
    slim      oci:good:1  DIGEST

    linux/amd64
          check         checked  differ
      ok  files               5
      ok  links               2
      ok  libraries           0
      ok  interpreters        0
      ok  start               1
      ok  users               0
      ok  packages            0
      ok  config              5

    As the original: 13 checks
    "
  `);
});

test('verify shows differences with their paths and a hint, and ends with status 3', async () => {
  const { status, stdout } = await tryReslim(['verify', 'app:1', 'bad:1', '--top', '1'], { cwd });
  expect(status).toBe(3);
  expect(stdout.replaceAll(/sha256:\w{64}/g, 'DIGEST')).toMatchInlineSnapshot(`
    "original  oci:app:1  DIGEST
    slim      oci:bad:1  DIGEST

    linux/amd64
              check         checked  differ
      ok      files               5
      differ  links               2       2
      ok      libraries           0
      ok      interpreters        0
      differ  start               1       1
      ok      users               0
      ok      packages            0
      differ  config              5       1

      links:
        /app/\\x1b[2Jlink leads to /app/main, which is gone
        and 1 more

      start:
        /app/main is gone: cmd of the config

      config:
        env TOKEN is "***", in the original "***"

    Not as the original: 4 of 13 checks
    Next: reslim ORIGINAL --dry-run --explain PATH says why a path went; --keep PATH keeps it.
    "
  `);
});

test('--json prints the result, --quiet only one that differs', async () => {
  const json = await tryReslim(['verify', 'app:1', 'bad:1', '--json'], { cwd });
  expect(json.status).toBe(3);
  expect(JSON.parse(json.stdout)).toMatchObject({
    original: { name: 'oci:app:1' },
    passed: false,
    images: [{ platform: 'linux/amd64', passed: false }],
    onlySlim: [],
  });
  expect(json.stdout).not.toMatch(/geheim|anderes|\u001b/);
  expect(await tryReslim(['verify', 'app:1', 'good:1', '-q'], { cwd })).toEqual({
    status: 0,
    stdout: '',
    stderr: '',
  });
  expect((await tryReslim(['verify', 'app:1', 'bad:1', '-q'], { cwd })).stdout).toContain('links:');
});

test('two images on stdin are refused', async () => {
  const { status, stderr } = await tryReslim(['verify', '-', '-'], { cwd });
  expect(status).toBe(2);
  expect(stderr).toContain('only one of the images can come from stdin');
});

test('a slim with --verify sums it up, and with a result that lacks something shows what', async () => {
  const good = await tryReslim(['app:1', '-o', 'new:1', '--drop', '/app/notes', '--verify'], {
    cwd,
  });
  expect({ status: good.status, stderr: good.stderr }).toEqual({ status: 0, stderr: '' });
  expect(good.stdout).toMatch(/\n\nAs the original: 13 checks\n$/);
  const script = { name: 'srv/job', mode: 0o755, body: '#!/opt/sh\n' };
  await write('script', [script, { name: 'opt/sh', mode: 0o755, body: 'shell' }], {});
  const args = ['script:1', '-o', 'none:1', '--drop', '/opt/sh', '--verify'];
  const bad = await tryReslim(args, { cwd });
  expect(bad.status).toBe(3);
  expect(bad.stdout).toContain('/srv/job is run by /opt/sh: /opt/sh is gone');
  expect(bad.stderr).toMatch(
    /^error: the result is not as its source: 1 difference, image for linux\/amd64\n/,
  );
});
