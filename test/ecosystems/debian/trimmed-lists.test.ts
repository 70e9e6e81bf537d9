import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { toBytes } from '../../../src/base/byte-path.ts';
import { readDpkg } from '../../../src/ecosystems/debian/read-dpkg.ts';
import type { Removal } from '../../../src/ecosystems/ecosystem.ts';
import { packageSurvival } from '../../../src/ecosystems/surviving-packages.ts';
import { updateRecords } from '../../../src/ecosystems/update-records.ts';
import type { Node } from '../../../src/tree/node.ts';
import { dpkgRoot, installDebs, type Deb } from '../../support/dpkg-root.ts';
import { factImage, type Files } from '../../support/fact-image.ts';
import { filesOfFolder, writeImage } from '../../support/image-folder.ts';
import { requireTools } from '../../support/requires.ts';
import { run } from '../../support/run.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const DEBS: readonly Deb[] = [
  {
    name: 'tool',
    files: {
      'usr/bin/tool': 'tool',
      'usr/bin/tool-extra': 'extra',
      'usr/bin/t': '-> tool',
      'usr/lib/tool/plugins/één': '1',
      'usr/lib/tool/főnév': 'n',
      'usr/share/doc/tool/copyright': 'GPL',
      'usr/share/doc/tool/guide': 'excluded',
      'etc/tool.conf': 'a=1',
      'etc/tool/more settings': 'b=1',
    },
  },
  {
    name: 'libx',
    fields: 'Multi-Arch: same\n',
    files: { 'usr/lib/libx.so.1.0': 'x', 'usr/lib/libx.so.1': '-> libx.so.1.0', 'etc/x.conf': '' },
  },
  { name: 'old-shell', files: { 'usr/bin/shell': 'old', 'usr/bin/shell-help': 'help' } },
  { name: 'gone', files: { 'usr/bin/gone': 'x', 'usr/share/doc/gone/copyright': 'MIT' } },
  { name: 'only-docs', files: { 'usr/share/doc/only-docs/copyright': 'MIT' } },
  { name: 'only-names', files: {}, fields: 'Depends: tool\n' },
  {
    name: 'was-removed',
    files: { 'usr/bin/was': 'x', 'etc/was.conf': 'a', 'etc/was-too.conf': '' },
  },
];

const NEW_SHELL: Deb = { name: 'new-shell', files: { 'usr/bin/shell': 'new' } };

/** What dpkg made of these packages: with a diversion, files it left out, and settings of a removed package. */
const installed = async (): Promise<Files> => {
  const root = await dpkgRoot();
  await installDebs(root, DEBS, ['--path-exclude=/usr/share/doc/*/guide']);
  const diversion = ['--divert', '/usr/bin/shell.old', '--rename', '--add', '/usr/bin/shell'];
  await run('dpkg-divert', ['--quiet', '--root', root, '--package', 'new-shell', ...diversion]);
  await installDebs(root, [NEW_SHELL]);
  await run('dpkg', [`--root=${root}`, '--remove', 'was-removed']);
  const guide = ['--slave', '/usr/bin/guide', 'guide', '/usr/share/doc/tool/copyright'];
  await offer(root, 'tool', '50', ...guide);
  await offer(root, 'tool-extra', '90');
  return filesOfFolder(root);
};

/** Lets update-alternatives know of a program that can stand behind a name. */
const offer = (root: string, program: string, priority: string, ...more: readonly string[]) =>
  alternatives(
    root,
    ...['--install', '/usr/bin/some-tool', 'some-tool', `/usr/bin/${program}`],
    ...[priority, ...more],
  );

const alternatives = (root: string, ...options: readonly string[]): Promise<string> =>
  run('update-alternatives', ['--root', root, '--quiet', '--log', '/dev/null', ...options]);

/** Takes files out, and all packages that are gone then, and writes what is left. */
const takeOut = async (files: Files, paths: readonly string[], lists: Removal['lists']) => {
  const image = await factImage(files);
  const packages = await readDpkg(image.root, image.open);
  const taken = new Set<Node | undefined>(paths.map((path) => image.at(toBytes(path))));
  const survival = packageSurvival(packages, (node) => taken.has(node));
  for (const node of survival.gone.flatMap(({ records }) => records)) taken.add(node);
  const removal: Removal = { packages: survival.gone, isGone: (node) => taken.has(node), lists };
  const notes: string[] = [];
  const { root, open } = image;
  const contents = await updateRecords(root, removal, open, (note) => notes.push(note));
  const folder = tempFolder();
  await writeImage(image, folder, removal.isGone, contents);
  await image.close();
  const changed = [...contents.keys()].map(({ path }) => path.replace('var/lib/dpkg/', ''));
  return { folder, survival, notes, changed: changed.sort() };
};

/** Of each package some files; all of `gone`. */
const TAKEN = [
  'usr/bin/tool-extra',
  'usr/lib/tool/plugins/één',
  'usr/lib/tool/plugins',
  'etc/tool/more settings',
  'etc/x.conf',
  'etc/was.conf',
  'usr/bin/shell.old',
  'usr/bin/gone',
];

const dpkg = async (folder: string, ...options: readonly string[]): Promise<string> =>
  (await run('dpkg', [`--root=${folder}`, ...options])).trim();

const query = (folder: string, format: string, ...names: readonly string[]): Promise<string> =>
  run('dpkg-query', [`--root=${folder}`, '-W', '-f', format, ...names]);

const read = (folder: string, path: string): string =>
  readFileSync(join(folder, 'var/lib/dpkg', path), 'utf8');

/** Sums as distroless images have them; which ones does not matter here. */
const sums = (...paths: readonly string[]): string =>
  paths.map((path) => `${'0'.repeat(32)}  ${path}\n`).join('');

const NO_THROW = { throwIfNoEntry: false } as const;

let files: Files;
let trimmed: Awaited<ReturnType<typeof takeOut>>;

beforeAll(async () => {
  if (!requireTools('dpkg', 'root')) return;
  files = await installed();
  trimmed = await takeOut(files, TAKEN, 'trimmed');
});

describe.runIf(requireTools('dpkg', 'root'))('trimmed lists of dpkg', () => {
  test('packages that only documentation is left of are gone, others whole or partial', () => {
    const { gone, partial, whole } = trimmed.survival;
    expect(gone.map(({ name }) => name)).toEqual(['gone', 'only-docs', 'only-names']);
    expect(partial.map((each) => `${each.package.name} ${each.kept}/${each.total}`)).toEqual([
      'libx 2/3',
      'old-shell 1/2',
      'tool 4/7',
    ]);
    expect(whole.map(({ name }) => name)).toEqual(['new-shell']);
  });

  test('dpkg finds the packages that are left, and nothing wrong with them', async () => {
    const { folder } = trimmed;
    expect(await query(folder, '${binary:Package} ${db:Status-Abbrev}\n')).toBe(
      'libx:amd64 ii \nnew-shell ii \nold-shell ii \ntool ii \nwas-removed rc \n',
    );
    expect(await dpkg(folder, '--audit')).toBe('');
    expect(await dpkg(folder, '--verify')).toBe('');
    // It would find a file that is listed and gone.
    const { folder: untrimmed } = await takeOut(files, TAKEN, 'as-they-are');
    const missing = (await dpkg(untrimmed, '--verify')).split('\n').sort();
    expect(missing.map((line) => line.replace(/^missing +(c )?/, ''))).toEqual([
      '/usr/bin/shell.old',
      '/usr/bin/tool-extra',
      '/usr/lib/tool/plugins',
      '/usr/lib/tool/plugins/één',
      '/usr/share/doc/tool/guide',
      '/etc/tool/more settings',
      '/etc/was.conf',
      '/etc/x.conf',
    ]);
  });

  test('every path in a list is there, and what is there is still listed', async () => {
    const { folder } = trimmed;
    expect((await dpkg(folder, '--listfiles', 'tool')).split('\n')).toEqual([
      '/.',
      '/etc',
      '/etc/tool',
      '/etc/tool.conf',
      '/usr',
      '/usr/bin',
      '/usr/bin/tool',
      '/usr/lib',
      '/usr/lib/tool',
      '/usr/lib/tool/főnév',
      '/usr/share',
      '/usr/share/doc',
      '/usr/share/doc/tool',
      '/usr/share/doc/tool/copyright',
      '/usr/bin/t',
    ]);
    const lists = readdirSync(join(folder, 'var/lib/dpkg/info')).filter((name) =>
      name.endsWith('.list'),
    );
    expect(lists.sort()).toEqual([
      'libx:amd64.list',
      'new-shell.list',
      'old-shell.list',
      'tool.list',
      'was-removed.list',
    ]);
    const listed = lists.flatMap((name) => read(folder, `info/${name}`).trim().split('\n'));
    expect(listed.filter((path) => !lstatSync(join(folder, path), NO_THROW))).toEqual([]);
    expect(read(folder, 'info/old-shell.list')).not.toMatch(/^\/usr\/bin\/shell$/m);
    expect(read(folder, 'info/new-shell.list')).toMatch(/^\/usr\/bin\/shell$/m);
  });

  test('sums and settings are those of files that are there', async () => {
    const { folder } = trimmed;
    expect(read(folder, 'info/tool.md5sums').replace(/[0-9a-f]{32}/g, 'sum')).toBe(
      'sum  usr/bin/tool\nsum  usr/lib/tool/főnév\nsum  usr/share/doc/tool/copyright\n',
    );
    expect(read(folder, 'info/tool.conffiles')).toBe('/etc/tool.conf\n');
    const settings = await query(folder, '${Package}:${Conffiles}\n');
    expect(settings.replace(/[0-9a-f]{32}/g, 'sum').split('\n')).toEqual([
      'libx:',
      'new-shell:',
      'old-shell:',
      'tool: /etc/tool.conf sum',
      'was-removed: /etc/was-too.conf sum',
      '',
    ]);
  });

  test('update-alternatives finds only programs that are there', async () => {
    const { folder } = trimmed;
    const found = await alternatives(folder, '--query', 'some-tool');
    expect(found.split('\n').filter((line) => /^(Alternative|Priority| guide)/.test(line))).toEqual(
      [
        ' guide /usr/bin/guide',
        'Alternative: /usr/bin/tool',
        'Priority: 50',
        ' guide /usr/share/doc/tool/copyright',
      ],
    );
    expect(read(folder, 'alternatives/some-tool')).toBe(
      'auto\n/usr/bin/some-tool\nguide\n/usr/bin/guide\n\n/usr/bin/tool\n50\n/usr/share/doc/tool/copyright\n\n',
    );
    const { folder: later } = await takeOut(
      await filesOfFolder(folder),
      ['usr/share/doc/tool/copyright'],
      'trimmed',
    );
    expect(read(later, 'alternatives/some-tool')).toMatch(/\n\/usr\/bin\/tool\n50\n\n\n$/);
    expect(await alternatives(later, '--query', 'some-tool')).toContain(
      'Alternative: /usr/bin/tool\n',
    );
  });

  test('nothing is trimmed twice, nor where lists stay as they are', async () => {
    const again = await takeOut(await filesOfFolder(trimmed.folder), [], 'trimmed');
    expect(again.changed).toEqual([]);
    expect(again.survival.gone).toEqual([]);
    const { changed } = await takeOut(files, TAKEN, 'as-they-are');
    expect(changed).toEqual(['status']);
  });
});

describe('where the database does not list all files', () => {
  const distroless = {
    'var/lib/dpkg/status.d/base': 'Package: base\nVersion: 1\nArchitecture: amd64\n',
    'var/lib/dpkg/status.d/base.md5sums': sums('usr/bin/one', './usr/bin/two', 'usr/bin/three'),
    'var/lib/dpkg/status.d/netbase': 'Package: netbase\nVersion: 1\nArchitecture: all\n',
    'var/lib/dpkg/status.d/netbase.md5sums': sums('usr/share/doc/netbase/copyright'),
    'var/lib/dpkg/status.d/lone': 'Package: lone\nVersion: 1\nArchitecture: amd64\n',
    'var/lib/dpkg/status.d/lone.md5sums': sums('usr/bin/lone'),
    'var/lib/dpkg/status.d/unknown': 'Package: unknown\nVersion: 1\nArchitecture: amd64\n',
    'var/lib/dpkg/status':
      'Package: unlisted\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n',
    'usr/bin/one': '1',
    'usr/bin/two': '2',
    'usr/bin/three': '3',
    'usr/bin/lone': 'x',
    'usr/share/doc/netbase/copyright': 'GPL',
  };

  test('packages are gone only when files of them are known, and all of these are', async () => {
    const { survival } = await takeOut(distroless, ['usr/bin/lone', 'usr/bin/two'], 'trimmed');
    expect(survival.gone.map(({ name }) => name)).toEqual(['lone']);
    expect(survival.partial).toMatchObject([{ package: { name: 'base' }, kept: 2, total: 3 }]);
    const whole = survival.whole.map(({ name }) => name);
    expect(whole).toEqual(['unlisted', 'netbase', 'unknown']);
  });

  test('sums are trimmed all the same', async () => {
    const taken = ['usr/bin/two', 'usr/share/doc/netbase/copyright'];
    const { folder, changed } = await takeOut(distroless, taken, 'trimmed');
    expect(changed).toEqual(['status.d/base.md5sums', 'status.d/netbase.md5sums']);
    expect(read(folder, 'status.d/base.md5sums')).toBe(sums('usr/bin/one', 'usr/bin/three'));
    expect(read(folder, 'status.d/netbase.md5sums')).toBe('');
  });
});
