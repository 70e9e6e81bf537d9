import { expect, test } from 'vitest';
import type { RecordedFile } from '../../src/recordings/recording.ts';
import { showChain } from '../../src/graph/show-chain.ts';
import { pathOf } from '../../src/tree/node.ts';
import { dpkgFiles, type DpkgPackage } from '../support/dpkg-files.ts';
import { elfFile } from '../support/elf-file.ts';
import { judgeFiles, type Files } from '../support/fact-image.ts';

const LIB = 'usr/lib/x86_64-linux-gnu';
const LOADER = '/lib64/ld-linux-x86-64.so.2';
const program = (needed: readonly string[] = ['libc.so.6'], strings: readonly string[] = []) =>
  elfFile({ needed, interpreter: LOADER, strings });

const PACKAGES: readonly DpkgPackage[] = [
  {
    name: 'libc6',
    files: { [`${LIB}/libc.so.6`]: elfFile(), 'lib64/ld-linux-x86-64.so.2': elfFile() },
  },
  {
    name: 'curl',
    files: {
      'usr/bin/curl': program(['libcurl.so.4', 'libc.so.6']),
      'usr/share/curl/rc': 'x',
    },
    depends: 'libcurl4',
  },
  { name: 'libcurl4', files: { [`${LIB}/libcurl.so.4`]: elfFile({ needed: ['libc.so.6'] }) } },
  { name: 'vim', files: { 'usr/bin/vim': program(), 'usr/share/doc/vim/README': 'x' } },
];

const judge = async (
  files: readonly RecordedFile[],
  others: Files = {},
  options: { readonly drop?: readonly string[] } = {},
) => {
  const all = dpkgFiles(PACKAGES, { 'srv/app': program(), ...others });
  const { gone, judgement, why } = await judgeFiles(all, {
    config: { Cmd: ['/srv/app'] },
    level: 'minimal',
    recordings: [{ name: 't.txt', files, unplaced: 1 }],
    ...options,
  });
  const { reach, recorded, removedPackages } = judgement;
  return {
    stays: (path: string) => path in all && !gone.includes(path),
    missed: (reach?.missed ?? []).map(pathOf),
    removed: [...removedPackages.keys()].map(({ name }) => name).sort(),
    recorded,
    why,
    root: (path: string) => [...(reach?.roots ?? [])].find(([node]) => pathOf(node) === path)?.[1],
    chain: (path: string) => {
      const node = [...recorded.nodes.keys()].find((each) => pathOf(each) === path);
      return node && reach ? showChain(reach.chainTo(node)) : undefined;
    },
  };
};

test('without a recording it goes', async () => {
  const { removed, missed } = await judge([]);
  expect({ removed, missed }).toEqual({ removed: ['curl', 'libcurl4', 'vim'], missed: [] });
});

test('what a run started stays and leads on; what it led to was not missed by itself', async () => {
  const { stays, missed, removed, root, chain } = await judge([
    { path: '/usr/bin/curl', use: 'started', line: 3 },
    { path: `/${LIB}/libcurl.so.4`, use: 'opened', line: 4 },
  ]);
  expect(stays('usr/bin/curl') && stays(`${LIB}/libcurl.so.4`)).toBe(true);
  expect(stays('usr/share/curl/rc')).toBe(false);
  expect(missed).toEqual(['usr/bin/curl']);
  expect(removed).toEqual(['vim']);
  expect(root('usr/bin/curl')).toBe('started in t.txt, line 3');
  expect(chain(`${LIB}/libcurl.so.4`)).toBe(
    '/usr/bin/curl loads /usr/lib/x86_64-linux-gnu/libcurl.so.4',
  );
});

test('a script that a run started finds its interpreter, and what its arguments name', async () => {
  const shell: DpkgPackage = { name: 'dash', files: { 'bin/dash': program() } };
  const files = dpkgFiles(
    [...PACKAGES, shell, { name: 'tool', files: { 'usr/bin/tool': '#!/bin/dash\n"$1"\n' } }],
    {
      'srv/app': program(),
    },
  );
  const { gone } = await judgeFiles(files, {
    config: { Cmd: ['/srv/app'] },
    level: 'minimal',
    recordings: [
      {
        name: 't.txt',
        files: [{ path: '/usr/bin/tool', use: 'started', line: 1, args: ['/usr/bin/vim'] }],
        unplaced: 0,
      },
    ],
  });
  for (const path of ['usr/bin/tool', 'bin/dash', 'usr/bin/vim']) expect(gone).not.toContain(path);
});

test('what a run only opened stays, and leads nowhere', async () => {
  const { stays, missed } = await judge([{ path: '/usr/bin/curl', use: 'opened', line: 3 }]);
  expect(stays('usr/bin/curl')).toBe(true);
  expect(missed).toEqual(['usr/bin/curl']);
});

test('what a run asked about stays, and was not missed', async () => {
  const { stays, missed } = await judge([{ path: '/usr/share/curl/rc', use: 'asked', line: 3 }]);
  expect(stays('usr/share/curl/rc')).toBe(true);
  expect(missed).toEqual([]);
});

test('it wins over rules of lean, and --drop over it', async () => {
  const files = [{ path: '/usr/share/doc/vim/README', use: 'opened', line: 7 }] as const;
  const kept = await judge(files);
  expect(kept.stays('usr/share/doc/vim/README')).toBe(true);
  expect(kept.why('usr/share/doc/vim/README')).toBe('opened in t.txt, line 7');
  const dropped = await judge(files, {}, { drop: ['/usr/share/doc/**'] });
  expect(dropped.stays('usr/share/doc/vim/README')).toBe(false);
});

test('symlinks on the way stay, and those that lead nowhere', async () => {
  const { stays, recorded } = await judge(
    [
      { path: '/usr/local/bin/get', use: 'started', line: 1 },
      { path: '/etc/gone', use: 'opened', line: 2 },
      { path: '/etc/none', use: 'opened', line: 3 },
      { path: '/proc/self/maps', use: 'opened', line: 4 },
      { path: '/srv/../srv/app', use: 'opened', line: 5 },
      { path: '/', use: 'asked', line: 6 },
    ],
    { 'usr/local/bin/get': '-> ../../bin/curl', 'etc/gone': '-> /run/none' },
  );
  expect(stays('usr/bin/curl') && stays('usr/local/bin/get') && stays('etc/gone')).toBe(true);
  expect({ absent: recorded.absent, unplaced: recorded.unplaced }).toEqual({
    absent: 1,
    unplaced: 1,
  });
});
