import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../../src/oci/digest.ts';

/** Inputs that once went wrong, relative to the repository: every run tries them first. */
export const REGRESSIONS = 'fixtures/hostile/fuzz';

/** Inputs in the folder of a target, in the order of their names. */
export const inputsIn = (root: string, target: string): Buffer[] => {
  const folder = folderOf(root, target);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name)));
};

/** Stores an input under the digest of its bytes and returns the path. */
export const saveInput = (root: string, target: string, input: Buffer): string => {
  const folder = folderOf(root, target);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, digestOf(input).slice(7, 23));
  writeFileSync(path, input);
  return path;
};

const folderOf = (root: string, target: string): string => join(root, target.replaceAll(' ', '-'));
