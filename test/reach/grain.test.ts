import { expect, test } from 'vitest';
import { dpkgFiles, type DpkgPackage } from '../support/dpkg-files.ts';
import { elfFile } from '../support/elf-file.ts';
import { judgeFiles } from '../support/fact-image.ts';

const program = () => elfFile({ interpreter: '/lib64/ld-linux-x86-64.so.2' });
const PACKAGES: readonly DpkgPackage[] = [
  {
    name: 'libc6',
    files: { 'lib64/ld-linux-x86-64.so.2': elfFile(), 'usr/bin/ldd': '#!/bin/sh\n' },
  },
  { name: 'dash', files: { 'bin/sh': program() }, essential: true },
  { name: 'apt', files: { 'usr/bin/apt-get': program() }, depends: 'gpgv | sqv' },
  { name: 'sqv', files: { 'usr/bin/sqv': program() }, depends: 'libsqv' },
  { name: 'libsqv', files: { 'usr/lib/libsqv.so.1': elfFile() } },
  {
    name: 'server',
    files: {
      'usr/sbin/server': program(),
      'usr/sbin/admin': program(),
      'usr/share/doc/server/README': 'x',
    },
    depends: 'common, meta',
  },
  { name: 'common', files: { 'usr/share/common/data': 'x' } },
  { name: 'meta', files: { 'usr/share/doc/meta/copyright': 'MIT' }, depends: 'last' },
  { name: 'last', files: { 'usr/share/last/data': 'x' } },
  { name: 'vim', files: { 'usr/bin/vim': program() } },
];

const judge = async (grain: 'file' | 'package') => {
  const files = dpkgFiles(PACKAGES, {});
  const { gone, judgement, text } = await judgeFiles(files, {
    config: { Cmd: ['/usr/sbin/server'] },
    level: 'minimal',
    grain,
  });
  return {
    gone,
    partial: (judgement.partial ?? []).map((each) => each.package.name),
    removed: [...judgement.removedPackages.keys()].map(({ name }) => name).sort(),
    status: await text('var/lib/dpkg/status'),
  };
};

test('file by file, most of it goes', async () => {
  const { removed, partial } = await judge('file');
  expect(removed).toEqual(['apt', 'common', 'dash', 'last', 'libsqv', 'meta', 'sqv', 'vim']);
  expect(partial).toEqual(['libc6', 'server']);
});

test('whole packages stay with those that they depend on, essential ones and the package manager', async () => {
  const { removed, partial, gone, status } = await judge('package');
  expect(removed).toEqual(['vim']);
  expect(partial).toEqual([]);
  // Documentation goes as it does at lean.
  expect(gone.filter((path) => !path.startsWith('var/lib/dpkg/'))).toEqual([
    'usr/bin/vim',
    'usr/share/doc/server/README',
  ]);
  expect(status).not.toContain('Package: vim');
  for (const name of ['sqv', 'meta', 'last']) expect(status).toContain(`Package: ${name}\n`);
});

test('parts cannot be left out of whole packages', async () => {
  await expect(
    judgeFiles({}, { level: 'minimal', grain: 'package', without: ['vim'] }),
  ).rejects.toMatchObject({ code: 'usage' });
});
