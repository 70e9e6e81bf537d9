// Whether a build is what its sources make: `build/stamp` names both by their hashes. Times of files say nothing of
// that, since git sets them to when it wrote a file.
import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Files and folders that a build reads. The lockfile stands for the packages. */
export const SOURCES = [
  'package.json',
  'package-lock.json',
  'profiles',
  'rolldown.config.js',
  'scripts/build.js',
  'scripts/build-stamp.js',
  'scripts/collect-licences.js',
  'scripts/finish-build.js',
  'src',
  'tsconfig.build.json',
  'tsconfig.json',
  'vite.config.ts',
];

/** A hash of the sources below `root`. */
export const hashSources = (root) => hashOf(root, SOURCES);

/** Whether `dist` below `root` is there, whole, and made of the sources with this hash. */
export const isBuiltFrom = async (root, sources) => {
  try {
    return (await readFile(stampIn(root), 'utf8')) === (await stampOf(root, sources));
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
};

/** Notes a complete build, of the sources that had this hash when it began. */
export const noteBuild = async (root, sources) =>
  writeFile(stampIn(root), await stampOf(root, sources));

const stampIn = (root) => join(root, 'build/stamp');

const stampOf = async (root, sources) =>
  `sources ${sources}\nbuild ${await hashOf(root, ['dist'])}\n`;

const hashOf = async (root, places) => {
  const hash = createHash('sha256');
  for (const place of places)
    for (const path of await filesOf(root, place)) {
      const bytes = await readFile(join(root, path));
      hash.update(`${path} ${bytes.length}\n`).update(bytes);
    }
  return hash.digest('hex');
};

const filesOf = async (root, place) => {
  const path = join(root, place);
  if (!(await stat(path)).isDirectory()) return [place];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
};
