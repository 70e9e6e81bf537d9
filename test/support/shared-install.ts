import { chmodSync, copyFileSync, cpSync, linkSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import lock from '../../package-lock.json' with { type: 'json' };
import { RESLIM } from './try-reslim.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A program of Node and the file it runs, as `spawn` takes them. */
export interface SharedInstall {
  readonly node: string;
  readonly reslim: string;
}

/**
 * Installs what is tested, and Node, in a folder that every user can read: a checkout often lies where others
 * cannot enter, such as the home folder of root.
 */
export const installShared = (folder: string): SharedInstall => {
  const [node, package_] = [join(folder, 'node'), join(folder, 'package')];
  place(process.execPath, node);
  const root = process.env['RESLIM_BIN'] === undefined ? ROOT : dirname(dirname(RESLIM));
  for (const part of ['bin', 'dist', 'profiles', 'package.json'])
    cpSync(join(root, part), join(package_, part), { recursive: true });
  for (const [path, about] of Object.entries(lock.packages)) {
    // Optional packages are for other systems, or make something faster.
    if (path === '' || 'dev' in about || 'optional' in about) continue;
    if (/\/node_modules\//.test(path)) continue;
    const target = join(package_, path);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(ROOT, path), target, { recursive: true, dereference: true });
  }
  for (const each of [folder, package_]) chmodSync(each, 0o755);
  return { node, reslim: join(package_, 'bin/reslim.js') };
};

/** A link takes neither time nor space, where it is possible. */
const place = (from: string, to: string): void => {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
};
