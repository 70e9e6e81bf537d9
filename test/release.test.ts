import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from './support/temp-folder.ts';

const ROOT = join(import.meta.dirname, '..');

/** A checkout of its own with the files that a release changes, and a package that is packed at once. */
const newCheckout = (): string => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'scripts'));
  for (const name of ['CHANGELOG.md', 'scripts/release.js'])
    copyFileSync(join(ROOT, name), join(folder, name));
  const manifest = { name: 'reslim', version: '0.1.0', type: 'module', files: [] };
  const lock = {
    name: 'reslim',
    version: '0.1.0',
    lockfileVersion: 3,
    packages: { '': { name: 'reslim', version: '0.1.0' }, other: { version: '0.1.0' } },
  };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  writeFileSync(join(folder, 'package-lock.json'), `${JSON.stringify(lock, undefined, 2)}\n`);
  git(folder, 'init', '--quiet');
  git(folder, 'add', '.');
  git(folder, 'commit', '--quiet', '-m', 'start');
  return folder;
};

const IDENTITY = ['-c', 'user.name=test', '-c', 'user.email=test@example.com'];

const git = (folder: string, ...args: string[]): string =>
  spawnSync('git', [...IDENTITY, ...args], { cwd: folder, encoding: 'utf8' }).stdout.trim();

const release = (folder: string, ...args: string[]) =>
  spawnSync(process.execPath, ['scripts/release.js', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...process.env,
      GIT_AUTHOR_NAME: 'test',
      GIT_AUTHOR_EMAIL: 'test@example.com',
      GIT_COMMITTER_NAME: 'test',
      GIT_COMMITTER_EMAIL: 'test@example.com',
    },
  });

test('a release sets version and date, commits, tags and packs', () => {
  const folder = newCheckout();
  const { status, stderr } = release(folder, '1.2.0', '--date', '2026-12-01');
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.any(String) });
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  expect(JSON.parse(read('package.json'))).toMatchObject({ version: '1.2.0' });
  expect(JSON.parse(read('package-lock.json'))).toMatchObject({
    version: '1.2.0',
    packages: { '': { version: '1.2.0' }, other: { version: '0.1.0' } },
  });
  expect(read('CHANGELOG.md')).toContain('## [1.2.0] - 2026-12-01\n');
  expect(git(folder, 'log', '-1', '--format=%s')).toBe('release: 1.2.0');
  expect(git(folder, 'tag')).toBe('v1.2.0');
  expect(read('reslim-1.2.0.tgz').length).toBeGreaterThan(0);
});

test('a dry run of a release changes nothing', () => {
  const folder = newCheckout();
  const { status, stdout } = release(folder, '1.2.0', '--dry-run');
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('v1.2.0') });
  expect(git(folder, 'status', '--porcelain')).toBe('');
  expect(git(folder, 'tag')).toBe('');
});

test.each([
  ['a version that is none', ['1.2'], 'not a version'],
  ['a date that is none', ['1.2.0', '--date', 'today'], 'not a date'],
])('a release with %s is refused', (_, args, message) => {
  const { status, stderr } = release(newCheckout(), ...args);
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(message) });
});

test('a release from a checkout with changes is refused', () => {
  const folder = newCheckout();
  writeFileSync(join(folder, 'package.json'), '{}');
  const { status, stderr } = release(folder, '1.2.0');
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('changes') });
});
