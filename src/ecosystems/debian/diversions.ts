import { nodeAt, type Node } from '../../tree/node.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { readText } from '../../tree/read-text.ts';
import { DATABASE_SIZE } from '../system-package.ts';
import { DPKG } from './files.ts';

/** Where files of packages were moved to, by the path that their packages list. */
export type Diversions = ReadonlyMap<string, { readonly to: string; readonly by: string }>;

/**
 * Three lines each: a path, where the file was moved, and the package that asked for it (`:` for the administrator).
 * @see https://manpages.debian.org/bookworm/dpkg/dpkg-divert.1.en.html
 */
export const readDiversions = async (root: Node, open: OpenFile): Promise<Diversions> => {
  const text = await readText(open, nodeAt(root, `${DPKG}/diversions`), DATABASE_SIZE);
  const lines = (text ?? '').split('\n');
  const found = new Map<string, { to: string; by: string }>();
  for (let at = 0; at + 2 < lines.length; at += 3)
    found.set(lines[at] as string, { to: lines[at + 1] as string, by: lines[at + 2] as string });
  return found;
};

/** Where the file is that a package lists under a path: the package that moves others has its own there. */
export const placeOf = (path: string, packageName: string, diversions: Diversions): string => {
  const diverted = diversions.get(path);
  return diverted && diverted.by !== packageName ? diverted.to : path;
};
