import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, expect, test } from 'vitest';
import schema from '../../docs/report.schema.json' with { type: 'json' };
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { dpkgFiles } from '../support/dpkg-files.ts';
import { elfFile } from '../support/elf-file.ts';
import { layerTar } from '../support/layer-tar.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim } from '../support/try-reslim.ts';

const cwd = tempFolder();
const validate = new Ajv2020({ allErrors: true, validateFormats: false }).compile(schema);

beforeAll(async () => {
  const files = dpkgFiles(
    [
      { name: 'curl', files: { 'usr/bin/curl': elfFile(), 'usr/share/curl/rc': 'x' } },
      { name: 'helper', files: { 'usr/bin/helper': elfFile() } },
      { name: 'vim', files: { 'usr/bin/vim': elfFile() } },
    ],
    { 'srv/app': elfFile({ strings: ['execvp', 'helper'] }) },
  );
  const entries = Object.entries(files).map(([name, body]) => ({
    name,
    body: body ?? '',
    mode: Buffer.isBuffer(body) ? 0o755 : 0o644,
  }));
  const layout = join(cwd, 'app');
  await createLayout(layout);
  const layers = [await putLayer(layout, [await layerTar(entries)])];
  await putImage(layout, '1', { layers, config: { config: { Cmd: ['/srv/app'] } } });
  await writeFile(join(cwd, 'curl.txt'), '1 execve("/usr/bin/curl", ["curl", "-V"], 0x1) = 0\n');
  await writeFile(join(cwd, 'vim.txt'), 'vim(1): O   /usr/bin/vim\nvim(1): O   /host/only\n');
  await writeFile(join(cwd, 'notes.txt'), 'hello\n');
});

const slim = (...args: readonly string[]) => tryReslim(['app:1', ...args], { cwd });
const minimal = (...args: readonly string[]) => slim('--level', 'minimal', ...args);

test('the summary says what would have gone without the trace', async () => {
  const { stdout, stderr, status } = await minimal(
    '-o',
    'slim:a',
    '--trace',
    'curl.txt',
    '--trace',
    'vim.txt',
  );
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  expect(stdout).toContain(`traces  2 files, 2 of which nothing else leads to
  /usr/bin/curl, started in curl.txt, line 1: nothing that the image uses names package curl
    without the trace: --entry '/usr/bin/curl -V'
  /usr/bin/vim, opened in vim.txt, line 1: nothing that the image uses names package vim
    without the trace: --keep /usr/bin/vim
  left out: 1 path that the image does not have, 0 in a folder that is not known
`);
});

test('a result with another trace, or with another one of its name, is another', async () => {
  const digest = async (trace: string) => {
    const { stdout } = await minimal('-o', 'slim:b', '--json', '--trace', trace);
    return (JSON.parse(stdout) as { target: { digest: string } }).target.digest;
  };
  const first = await digest('curl.txt');
  expect(await digest('vim.txt')).not.toBe(first);
  expect(await digest('curl.txt')).toBe(first);
  await writeFile(join(cwd, 'curl.txt'), '1 open("/usr/share/curl/rc", O_RDONLY) = 3\n');
  expect(await digest('curl.txt')).not.toBe(first);
});

test('the settings file names traces beside itself, and command lines', async () => {
  const settings = 'level: minimal\ntrace: [vim.txt]\nentry: [curl -V]\n';
  await writeFile(join(cwd, 'given.yaml'), settings);
  const { stdout } = await slim('--config', 'given.yaml', '--explain', '/usr/bin/vim');
  expect(stdout).toContain('opened in vim.txt, line 1');
  const other = await slim('--config', 'given.yaml', '--explain', '/usr/bin/curl');
  expect(other.stdout).toContain('--entry curl -V starts /usr/bin/curl');
});

test.each([
  [
    'notes.txt',
    'error: not a trace: notes.txt\nhint: it may be of strace -f, fatrace or opensnoop, or creport.json of slim or mint\n',
    2,
  ],
  ['none.txt', 'error: no such trace: none.txt\n', 1],
])('%s is no trace', async (name, stderr, status) => {
  expect(await minimal('--dry-run', '--trace', name)).toMatchObject({ stderr, status, stdout: '' });
});

test('what is left out is named with its bytes, and must be a name', async () => {
  const { stdout } = await minimal('--dry-run', '--without', 'helper');
  expect(stdout).toMatch(
    /^left out, unpacked, with all that only it leads to\n {2}[\d.]+ k?B {2}helper {2}1 file$/m,
  );
  expect(await minimal('--dry-run', '--without', 'vi')).toEqual({
    status: 2,
    stdout: '',
    stderr: `error: --without vi: the image has no such package of the distribution
hint: name a package, or the whole path of a program or library: --dry-run lists the large ones
`,
  });
});

test('the report of traces and of what is left out fits its schema', async () => {
  const { stdout } = await minimal(
    ...['--dry-run', '--json', '--without', 'helper', '--trace', 'vim.txt'],
  );
  const report = JSON.parse(stdout) as { images: { use: object }[] };
  validate(report);
  expect(validate.errors).toBeNull();
  expect(report.images[0]?.use).toMatchObject({
    leftOut: [{ name: 'helper', files: 1 }],
    traces: { files: 1, absent: 1, unplaced: 0, missed: [{ path: '/usr/bin/vim' }] },
  });
});

test('at another level nothing asks for it, and a note says so', async () => {
  const { stdout } = await slim('--dry-run', '--trace', 'curl.txt', '--entry', 'x');
  expect(stdout).toContain('--entry has no effect without --level minimal');
  expect(stdout).toContain('--trace has no effect without --level minimal');
});
