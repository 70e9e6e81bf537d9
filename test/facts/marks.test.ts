import { describe, expect, test } from 'vitest';
import { elfFile } from '../support/elf-file.ts';
import { dpkgFiles } from '../support/dpkg-files.ts';
import { judgeFiles, type Files } from '../support/fact-image.ts';

const pe = ({ managed }: { managed: boolean }): Buffer => {
  const bytes = Buffer.alloc(1024);
  bytes.write('MZ', 0, 'latin1');
  bytes.writeUInt32LE(128, 0x3c);
  bytes.write('PE\0\0', 128, 'latin1');
  bytes.writeUInt16LE(0x20b, 128 + 24);
  if (managed) bytes.writeUInt32LE(0x2008, 128 + 24 + 112 + 14 * 8);
  return bytes;
};

const hex = (text: string): Buffer => Buffer.concat([Buffer.from(text, 'hex'), Buffer.alloc(128)]);
const GLIBC: Files = { 'lib64/ld-linux-x86-64.so.2': elfFile() };
const MUSL: Files = { 'lib/ld-musl-x86_64.so.1': elfFile() };

describe('native modules', () => {
  const at = 'app/node_modules/x/a.node';
  const goes = async (content: Buffer, others: Files = GLIBC, platform = 'linux/amd64') =>
    (await judgeFiles({ ...others, [at]: content }, { platform })).gone.includes(at);

  test.each<[string, Buffer, Files, string]>([
    ['for another processor', elfFile({ machine: 183 }), GLIBC, 'linux/amd64'],
    ['for this machine, in an image for another', elfFile(), {}, 'linux/arm64'],
    [
      'for musl, where there is glibc',
      elfFile({ needed: ['libc.musl-x86_64.so.1'] }),
      GLIBC,
      'linux/amd64',
    ],
    ['for glibc, where there is musl', elfFile({ needed: ['libc.so.6'] }), MUSL, 'linux/amd64'],
    ['for macOS', hex('cffaedfe07000001'), GLIBC, 'linux/amd64'],
    ['for several processors of macOS', hex('cafebabe00000002'), GLIBC, 'linux/amd64'],
    ['for Windows', pe({ managed: false }), GLIBC, 'linux/amd64'],
  ])('%s go', async (_, content, others, platform) => {
    expect(await goes(content, others, platform)).toBe(true);
  });

  test.each<[string, Buffer, Files]>([
    ['for this image', elfFile({ needed: ['libc.so.6'] }), GLIBC],
    ['that need no C library', elfFile(), GLIBC],
    [
      'for musl and glibc, where both are',
      elfFile({ needed: ['libc.so.6'] }),
      { ...GLIBC, ...MUSL },
    ],
    [
      'for glibc, where musl loads them',
      elfFile({ needed: ['libc.so.6'] }),
      { ...MUSL, 'lib/libgcompat.so.0': elfFile() },
    ],
    ['for .NET', pe({ managed: true }), GLIBC],
    ["for the kernel's own machine", elfFile({ machine: 247 }), GLIBC],
    ['that are Java classes', hex('cafebabe00000034'), GLIBC],
    ['that are broken', Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(70)]), GLIBC],
    ['that are text', Buffer.from('#!/bin/sh\n'.repeat(10)), GLIBC],
  ])('%s stay', async (_, content, others) => {
    expect(await goes(content, others)).toBe(false);
  });

  test('stay when they are programs that the application hands out', async () => {
    const { gone } = await judgeFiles({
      ...GLIBC,
      'app/downloads/agent.exe': pe({ managed: false }),
    });
    expect(gone).toEqual([]);
  });
});

describe('translations', () => {
  const FILES: Files = Object.fromEntries(
    [
      'de',
      'de_AT',
      'en_GB',
      'fr',
      'pt_BR',
      'sr@latin',
      'zh_CN.UTF-8',
      'l10n',
      'locale.alias',
      'C',
    ].map((name) => [
      name === 'locale.alias'
        ? `usr/share/locale/${name}`
        : `usr/share/locale/${name}/LC_MESSAGES/x.mo`,
      'mo',
    ]),
  );
  const going = async (env: string[], others: Files = {}): Promise<string[]> => {
    const { gone } = await judgeFiles({ ...FILES, ...others }, { config: { Env: env } });
    return gone.map((path) => path.split('/')[3] as string);
  };

  test('go where no language is in use, except English and folders that are no language', async () => {
    expect(await going([])).toEqual(['de', 'de_AT', 'fr', 'pt_BR', 'sr@latin', 'zh_CN.UTF-8']);
  });

  test.each<[string, string[], Files]>([
    ['LANG', ['LANG=de_AT.UTF-8'], {}],
    ['LC_ALL', ['LC_ALL=de_DE@euro'], {}],
    ['LANGUAGE', ['LANGUAGE=xx:de'], {}],
    ['the settings of the system', [], { 'etc/default/locale': '#  x\nLANG="de_AT.UTF-8"\n' }],
  ])('of a language in use stay with all its countries: %s', async (_, env, others) => {
    expect(await going(env, others)).toEqual(['fr', 'pt_BR', 'sr@latin', 'zh_CN.UTF-8']);
  });

  test('that no package owns stay, since the application may choose its language itself', async () => {
    const files = dpkgFiles([{ name: 'bash', files: FILES }], {
      'usr/share/locale/fr/LC_MESSAGES/shop.mo': 'mo',
      'usr/local/share/locale/fr/LC_MESSAGES/shop.mo': 'mo',
    });
    const { gone } = await judgeFiles(files);
    expect(gone.filter((path) => path.includes('/fr/'))).toEqual([
      'usr/share/locale/fr/LC_MESSAGES/x.mo',
    ]);
  });
});
