import { mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { hashSources, isBuiltFrom, noteBuild, SOURCES } from '../scripts/build-stamp.js';
import { tempFolder } from './support/temp-folder.ts';

const SOURCE = 'src/cli/main.ts';
const PROFILE = 'profiles/base.yaml';
const OUTPUT = 'dist/cli/main.js';

/** A checkout in which a build was made. */
const builtCheckout = async (): Promise<string> => {
  const root = tempFolder();
  const files = SOURCES.filter((path) => !['src', 'profiles'].includes(path));
  for (const path of [...files, SOURCE, PROFILE, OUTPUT, 'build/cli/main.js']) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), path);
  }
  await noteBuild(root, await hashSources(root));
  return root;
};

const isUpToDate = async (root: string): Promise<boolean> =>
  isBuiltFrom(root, await hashSources(root));

test.each<[string, (root: string) => void]>([
  ['a source that is changed, in the same second', (root) => rewrite(join(root, SOURCE))],
  ['a source that is added', (root) => writeFileSync(join(root, 'src/new.ts'), '')],
  ['a source that is removed', (root) => rmSync(join(root, SOURCE))],
  [
    'a source that gets another name',
    (root) => renameSync(join(root, SOURCE), join(root, 'src/cli/shell.ts')),
  ],
  ['a profile that is changed', (root) => rewrite(join(root, PROFILE))],
  ['other packages', (root) => rewrite(join(root, 'package-lock.json'))],
  ['an output that is changed', (root) => rewrite(join(root, OUTPUT))],
  ['an output that is removed', (root) => rmSync(join(root, OUTPUT))],
  ['no outputs', (root) => rmSync(join(root, 'dist'), { recursive: true })],
  ['a build that did not end', (root) => rmSync(join(root, 'build'), { recursive: true })],
])('is made again after %s', async (_, change) => {
  const root = await builtCheckout();
  expect(await isUpToDate(root)).toBe(true);
  change(root);
  expect(await isUpToDate(root)).toBe(false);
});

/** Other bytes in a file of the same size and time. */
const rewrite = (path: string): void => {
  const { size, atime, mtime } = statSync(path);
  writeFileSync(path, ' '.repeat(size));
  utimesSync(path, atime, mtime);
};
