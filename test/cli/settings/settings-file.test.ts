import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { readSettingsFile } from '../../../src/cli/settings/settings-file.ts';
import { tempFolder } from '../../support/temp-folder.ts';

let folder = '';
beforeEach(() => {
  folder = tempFolder();
});

const read = async (text: string) => {
  await writeFile(join(folder, '.reslim.yaml'), text);
  return readSettingsFile(folder);
};

test('a missing or empty .reslim.yaml gives no settings', async () => {
  expect(await readSettingsFile(folder)).toBeUndefined();
  expect(await readSettingsFile(join(folder, 'nowhere'))).toBeUndefined();
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

test.each([
  ['levle: safe', '.reslim.yaml:1:1: unknown key "levle", did you mean "level"?'],
  ['level: max', '.reslim.yaml:1:8: level: expected "safe" or "lean"'],
  ['keep: app', '.reslim.yaml:1:7: keep: a glob must begin with "/" or "**/": app'],
  ['squash: some', '.reslim.yaml:1:9: squash: expected "all" or "none"'],
  ['compression: xz', '.reslim.yaml:1:14: compression: expected "keep", "gzip", "zstd" or "none"'],
  ['compression-level: fast', '.reslim.yaml:1:20: compression-level: expected a number'],
  ['level: safe\nprofile: [none, node]', '.reslim.yaml:2:10: profile: "none" stands alone'],
  ['- level', '.reslim.yaml:1:1: expected a mapping of keys to values'],
])('.reslim.yaml with %j is refused with its place', async (text, message) => {
  await expect(read(text)).rejects.toMatchObject({ code: 'usage', message });
});

test('a compression level beyond all ranges is refused with its place in .reslim.yaml', async () => {
  await expect(read('compression-level: 99')).rejects.toThrow(
    /^\.reslim\.yaml:1:20: compression-level: .*22/,
  );
});
