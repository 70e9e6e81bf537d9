import { execFile } from 'node:child_process';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { writeSample } from '../cli/support/sample-layout.ts';
import { tempFolder } from '../support/temp-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const SCRIPT = join(ROOT, 'scripts/compare-digests.js');
const folder = tempFolder();
const other = join(folder, 'other');

/** Compares this checkout with another of the same code. */
const compare = async (...words: readonly string[]) => {
  const args = [SCRIPT, '--before', ROOT, '--after', other, ...words];
  try {
    return { status: 0, ...(await promisify(execFile)(process.execPath, args)) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { status: code, stdout, stderr };
  }
};

beforeAll(async () => {
  await writeSample(folder);
  await mkdir(other);
  for (const name of ['bin', 'dist', 'package.json'])
    await cp(join(ROOT, name), join(other, name), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(other, 'node_modules'));
  // Its shipped profiles know nothing to drop.
  await mkdir(join(other, 'profiles'));
});

test('compare-digests finds the ways in which two builds write other images', async () => {
  const { status, stdout, stderr } = await compare(join(folder, 'app'));
  expect(stdout).toMatch(
    /^\| app +\| +differs \| +differs \| +same layers \| +differs \| +differs \|$/m,
  );
  expect(stderr).toMatch(/^app, lean: sha256:\w{64} → (sha256:\w{64}|error: .*)$/m);
  expect(status).toBe(1);
});

test('compare-digests finds no difference between a build and itself', async () => {
  const { status, stdout } = await compare('--after', ROOT, `${join(folder, 'app')}:1.0`);
  expect(stdout).toMatch(/^\| app +(\| +same ){5}\|\n\nNothing differs\.$/m);
  expect(status).toBe(0);
});

test('compare-digests refuses a folder without a build', async () => {
  const { status, stderr } = await compare('--after', folder);
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: 'error: --after takes the folder of a checkout that is built\n',
  });
});
