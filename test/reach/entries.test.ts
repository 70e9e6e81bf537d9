import { describe, expect, test } from 'vitest';
import { showChain } from '../../src/graph/show-chain.ts';
import { pathOf } from '../../src/tree/node.ts';
import { dpkgFiles } from '../support/dpkg-files.ts';
import { elfFile } from '../support/elf-file.ts';
import { judgeFiles } from '../support/fact-image.ts';

const program = () =>
  elfFile({ needed: ['libc.so.6'], interpreter: '/lib64/ld-linux-x86-64.so.2' });

const FILES = dpkgFiles(
  [
    {
      name: 'libc6',
      files: {
        'usr/lib/x86_64-linux-gnu/libc.so.6': elfFile(),
        'lib64/ld-linux-x86-64.so.2': elfFile(),
      },
    },
    { name: 'dash', files: { 'bin/sh': program() } },
    { name: 'curl', files: { 'usr/bin/curl': program() } },
    { name: 'vim', files: { 'usr/bin/vim': program(), 'etc/vimrc': 'x' } },
  ],
  { 'srv/app': program() },
);

const judge = async (entries: readonly string[], config: object = { Cmd: ['/srv/app'] }) => {
  const { gone, judgement } = await judgeFiles(FILES, { config, level: 'minimal', entries });
  const { reach, notes } = judgement;
  return {
    stays: (path: string) => path in FILES && !gone.includes(path),
    notes,
    chain: (path: string) =>
      [...judgement.facts.packages.owners.keys()]
        .filter((node) => pathOf(node) === path)
        .map((node) => showChain(reach?.chainTo(node) ?? [])),
  };
};

test('a command line of the user starts what it names', async () => {
  const { stays, notes, chain } = await judge(['vim -u "/etc/vimrc"']);
  expect(stays('usr/bin/vim') && stays('etc/vimrc')).toBe(true);
  expect(stays('usr/bin/curl')).toBe(false);
  expect(notes).toEqual([]);
  expect(chain('usr/bin/vim')).toEqual(['--entry vim -u "/etc/vimrc" starts /usr/bin/vim']);
});

test('words alone need no shell; what only a shell reads does', async () => {
  expect((await judge(["curl 'http://x/'"])).stays('bin/sh')).toBe(false);
  const { stays } = await judge(['curl http://x/ && vim']);
  expect(stays('bin/sh') && stays('usr/bin/curl') && stays('usr/bin/vim')).toBe(true);
});

describe('an image that does not say what it is for', () => {
  test.each([
    ['starts nothing', {}],
    ['starts a bare shell', { Cmd: ['/bin/sh'] }],
    ['starts what is not in it', { Cmd: ['/mounted/app'] }],
  ])('%s', async (_, config) => {
    expect((await judge([], config)).stays('usr/bin/vim')).toBe(true);
    const { stays, notes } = await judge(['curl x'], config);
    expect(stays('usr/bin/curl')).toBe(true);
    expect(stays('usr/bin/vim')).toBe(false);
    expect(notes).toEqual([]);
  });
});

test('a command line that starts nothing of the image is noted, and says nothing of it', async () => {
  const { notes } = await judge(['crul x', '/srv/app']);
  expect(notes).toEqual(['--entry crul x starts nothing that is in the image']);
  expect((await judge(['crul x'], {})).notes).toEqual([
    'minimal does what lean does: its config starts nothing',
  ]);
});
