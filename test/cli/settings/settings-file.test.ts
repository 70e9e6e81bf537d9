import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { readSettings } from '../../../src/cli/settings/read-settings.ts';
import { findSettingsFile } from '../../../src/cli/settings/settings-file.ts';
import { slimOptions } from '../../../src/cli/settings/slim-options.ts';
import { tempFolder } from '../../support/temp-folder.ts';

let folder = '';
beforeEach(() => {
  folder = tempFolder();
});

const read = async (text: string) => {
  await writeFile(join(folder, '.reslim.yaml'), text);
  return readFrom(folder);
};

const readFrom = async (dir: string, asked?: string) => {
  const file = await findSettingsFile(dir, asked);
  return file && readSettings(file);
};

test('a missing or empty .reslim.yaml gives no settings', async () => {
  expect(await readFrom(folder)).toBeUndefined();
  expect(await readFrom(join(folder, 'nowhere'))).toBeUndefined();
  expect(await read('# nothing yet\n')).toEqual({});
});

test('.reslim.yaml takes every option', async () => {
  const text = `
profile: [auto, python]
profile-file: rules/own.yaml
level: lean
keep: /app/**
drop: [/srv/old, '**/*.bak']
squash: none
compression: zstd
compression-level: 19
platform: linux/amd64
timestamp: 1700000000
`;
  expect(await read(text)).toEqual({
    profile: ['auto', 'python'],
    profileFile: [join(folder, 'rules/own.yaml')],
    level: 'lean',
    keep: ['/app/**'],
    drop: ['/srv/old', '**/*.bak'],
    squash: 'none',
    compression: 'zstd',
    compressionLevel: 19,
    platform: ['linux/amd64'],
    timestamp: '1700000000',
  });
  expect(await read('timestamp: 2024-01-01T00:00:00Z')).toMatchObject({
    timestamp: '2024-01-01T00:00:00Z',
  });
});

test('edits are mappings or lists, commands are words or lists, and an empty text clears', async () => {
  const text = `
env: { A: '1', B: '' }
label: [a=b=c, d=]
annotation: x=y
unset-env: C
entrypoint: [app, --port, '80']
cmd: serve 'a b'
user: ''
created: 2024-01-01
scrub-build-args: true
`;
  const settings = await read(text);
  expect(settings).toEqual({
    env: { A: '1', B: '' },
    label: ['a=b=c', 'd='],
    annotation: ['x=y'],
    unsetEnv: ['C'],
    entrypoint: ['app', '--port', '80'],
    cmd: "serve 'a b'",
    user: '',
    created: '2024-01-01',
    scrubBuildArgs: true,
  });
  const flags = { env: { B: '2', C: '3' }, unsetEnv: ['D'], user: 'me' };
  expect(slimOptions('source', flags, settings).edits).toEqual({
    env: { A: '1', B: '2', C: '3' },
    unsetEnv: ['C', 'D'],
    labels: { a: 'b=c', d: '' },
    annotations: { x: 'y' },
    entrypoint: ['app', '--port', '80'],
    cmd: "serve 'a b'",
    user: 'me',
    created: 1_704_067_200,
    scrubBuildArgs: true,
  });
});

test.each([
  ['levle: safe', '.reslim.yaml:1:1: unknown key "levle", did you mean "level"?'],
  ['level: max', '.reslim.yaml:1:8: level: expected "safe", "lean" or "minimal"'],
  ['keep: app', '.reslim.yaml:1:7: keep: a glob must begin with "/" or "**/": app'],
  ['squash: some', '.reslim.yaml:1:9: squash: expected "all", "base" or "none"'],
  [
    'compression: xz',
    '.reslim.yaml:1:14: compression: expected "keep", "gzip", "zstd", "none", "zstd:chunked" or "estargz"',
  ],
  ['compression-level: fast', '.reslim.yaml:1:20: compression-level: expected a number'],
  ['level: safe\nprofile: [none, node]', '.reslim.yaml:2:10: profile: "none" stands alone'],
  ['env: { PORT: 80 }', '.reslim.yaml:1:14: env.PORT: expected text'],
  ['- level', '.reslim.yaml:1:1: expected a mapping of keys to values'],
])('.reslim.yaml with %j is refused with its place', async (text, message) => {
  await expect(read(text)).rejects.toMatchObject({ code: 'usage', message });
});

test('a compression level beyond all ranges is refused with its place in .reslim.yaml', async () => {
  await expect(read('compression-level: 99')).rejects.toThrow(
    /^\.reslim\.yaml:1:20: compression-level: .*22/,
  );
});

test('.reslim.yml is read like .reslim.yaml, and both together are refused', async () => {
  await writeFile(join(folder, '.reslim.yml'), 'level: lean\n');
  expect(await readFrom(folder)).toEqual({ level: 'lean' });
  await expect(read('level: safe')).rejects.toMatchObject({
    code: 'usage',
    message: `.reslim.yaml and .reslim.yml both exist, ${folder}`,
  });
});

test('--config names a file that is read in place of .reslim.yaml', async () => {
  await mkdir(join(folder, 'ci'));
  await writeFile(join(folder, 'ci/slim.yaml'), 'profile-file: own.yaml\n');
  await writeFile(join(folder, '.reslim.yml'), 'level: lean\n');
  await writeFile(join(folder, '.reslim.yaml'), 'level: lean\n');
  expect(await readFrom(folder, 'ci/slim.yaml')).toEqual({
    profileFile: [join(folder, 'ci/own.yaml')],
  });
  await expect(readFrom(folder, 'ci/none.yaml')).rejects.toMatchObject({
    code: 'not-found',
    message: 'no such file: ci/none.yaml',
  });
});

test('a settings file with several problems is refused with the first, and their number', async () => {
  await expect(read('levle: safe\nsquash: some\nkeep: app\n')).rejects.toMatchObject({
    message: '.reslim.yaml:1:1: unknown key "levle", did you mean "level"?',
    hint: 'Fix it and try again: 2 more to fix in this file.',
  });
});
