import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { elfFile } from '../support/elf-file.ts';
import { layerTar, type TestEntry } from '../support/layer-tar.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim } from '../support/try-reslim.ts';

const cwd = tempFolder();

const STATUS = `Package: one
Status: install ok installed
Version: 1
Architecture: amd64

Package: two
Status: install ok installed
Version: 1
Architecture: amd64
`;

beforeAll(async () => {
  const layout = join(cwd, 'app');
  await createLayout(layout);
  const program = elfFile({ needed: ['libapp.so.1'], interpreter: '/lib/ld.so' });
  const entries: TestEntry[] = [
    { name: 'start.sh', body: '#!/bin/sh\nexec /app/main\n', mode: 0o755 },
    { name: 'bin/sh', body: elfFile({ interpreter: '/lib/ld.so' }), mode: 0o755 },
    { name: 'app/main', body: program, mode: 0o755 },
    { name: 'app/data.txt', body: 'data' },
    { name: 'usr/lib/libapp.so.1', body: elfFile({ needed: ['libdeep.so.2'] }) },
    { name: 'usr/lib/libdeep.so.2', body: elfFile() },
    { name: 'lib/ld.so', body: elfFile(), mode: 0o755 },
    { name: 'var/lib/dpkg/status', body: STATUS },
    { name: 'usr/share/doc/one/copyright', body: 'as you like' },
    { name: 'usr/lib/python3/dist-packages/x-1.dist-info/METADATA', body: 'Name: x\nVersion: 1\n' },
    { name: 'usr/lib/python3/dist-packages/x-1.dist-info/RECORD', body: 'x/__init__.py,,\n' },
  ];
  const layers = [await putLayer(layout, [await layerTar(entries)], { gzip: false })];
  const config = { architecture: 'amd64', config: { Entrypoint: ['/start.sh'] } };
  await putImage(layout, '1', { layers, config });
});

/** The notes of a run, which has to succeed. */
const notesOn = async (...args: string[]): Promise<string[]> => {
  const { status, stdout } = await tryReslim(['app:1', '--dry-run', '--json', ...args], { cwd });
  expect(status).toBe(0);
  return (JSON.parse(stdout) as { notes: string[] }).notes;
};

test.each([
  [
    '/usr/lib/libapp*',
    'takes /usr/lib/libapp.so.1, but /app/main stays and needs it: entrypoint of the config starts /start.sh; line 2 starts /app/main; it loads /usr/lib/libapp.so.1',
  ],
  [
    '/usr/lib/libdeep.so.2',
    'takes /usr/lib/libdeep.so.2, but /usr/lib/libapp.so.1 stays and needs it: entrypoint of the config starts /start.sh; line 2 starts /app/main; it loads /usr/lib/libapp.so.1; it loads /usr/lib/libdeep.so.2',
  ],
  [
    '/lib/ld.so',
    'takes /lib/ld.so, but /bin/sh stays and needs it: entrypoint of the config starts /start.sh; line 1 starts /bin/sh; it loads /lib/ld.so',
  ],
])('--drop %s is done, with a note that names who needs it', async (glob, note) => {
  expect(await notesOn('--drop', glob)).toEqual([`--drop ${glob} ${note}`]);
});

test('what the config and its scripts name stays, and a note says so', async () => {
  expect(await notesOn('--drop', '/app/**')).toEqual([
    '--drop /app/** leaves 1 of 2 files, such as /app/main: it is the file that /start.sh starts, line 2',
  ]);
});

test('what is dropped of records of packages and of licences is noted', async () => {
  expect(await notesOn('--drop', '/var/lib/dpkg/**')).toEqual([
    '--drop takes the package database /var/lib/dpkg/status: scanners do not find its 2 packages any more',
  ]);
  expect(await notesOn('--drop', '**/METADATA')).toEqual([
    '--drop takes the records of 1 package whose files stay: scanners do not find them any more, such as /usr/lib/python3/dist-packages/x-1.dist-info/METADATA',
  ]);
  expect(await notesOn('--drop', '/usr/share/doc')).toEqual([
    '--drop takes 1 licence file, such as /usr/share/doc/one/copyright: many licences must stay with what they are for',
  ]);
});

test('globs without effect are noted', async () => {
  expect(await notesOn('--drop', '/none/*', '--keep', '/**/*.none')).toEqual([
    '--keep /**/*.none matches nothing',
    '--drop /none/* matches nothing',
  ]);
  expect(await notesOn('--drop', '/app/data.txt', '--keep', '/app/**')).toEqual([
    '--drop /app/data.txt leaves 1 of 1 file, such as /app/data.txt: --keep /app/**',
  ]);
});

test('what nothing needs goes without a word', async () => {
  expect(await notesOn('--drop', '/app/data.txt')).toEqual([]);
});
