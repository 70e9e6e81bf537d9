import { PACKAGE_FOLDER } from '../../ecosystems/package-folders.ts';
import { isTestFolder } from '../../ecosystems/test-folders.ts';
import { isInside, pathOf, type Node } from '../../tree/node.ts';
import { newStepBudget, resolvePath } from '../../tree/resolve.ts';
import type { FindReferences, Reference } from './reference.ts';

/**
 * Files that the source of a package names: texts and sources in any language as data, by a name in quotes;
 * files of the system by whole paths; and folders of tests by relative paths.
 */
export const namedFiles = (root: Node): FindReferences => {
  const budget = newStepBudget();
  const find = (path: string, from: Node): Node | undefined =>
    resolvePath(root, path, from, budget).node;
  return (source, text) => {
    const found: Reference[] = [];
    // A search for words is faster than one for a pattern.
    const hasPath = text.includes('/usr/') || text.includes('/opt/');
    for (const match of hasPath ? text.matchAll(ABSOLUTE) : []) {
      const to = find(match[1] as string, root);
      if (to && !to.children) found.push({ kind: 'reads', to, at: match.index });
    }
    if (!PACKAGE_FOLDER.test(`/${pathOf(source)}`)) return found;
    for (const match of text.matchAll(FILE_END)) {
      const name = quotedBefore(text, match.index, match[0]);
      const to = name === undefined ? undefined : nearest(source, name, find);
      if (to && to !== source) found.push({ kind: 'reads', to, at: match.index });
    }
    for (const match of text.matchAll(TESTS)) {
      const path = match[1] as string;
      for (const from of [source.parent, source])
        for (const to of from ? testFoldersOn(from, path) : [])
          if (!isInside(source, to)) found.push({ kind: 'loads', to, at: match.index });
    }
    return found;
  };
};

const ABSOLUTE =
  /["'`](\/(?:usr|opt)\/(?:local\/)?(?:share|include|lib|src)\/[\w.+@-]+(?:\/[\w.+@-]+)*)["'`]/g;

/** The end of a name in quotes of a file that is no code of the language. */
const FILE_END =
  /\.(?:md|markdown|mkd|rst|rdoc|txt|pyi|pyx|pxd|pxi|hh?|hpp|cc?|cpp|d\.[cm]?ts)["'`]/g;

/** Paths in quotes that lead out of a folder, and through one that may be of tests. */
const TESTS =
  /["'`]((?:\.{1,2}\/)+(?:[^"'`\n/]{1,60}\/){0,6}(?:__tests__|spec|tests?|features|benchmarks?)(?:\/[^"'`\n]{0,100})?)["'`]/g;

/** What stands before the end of a name, from its quote or from what is put in before it. */
const quotedBefore = (text: string, at: number, end: string): string | undefined => {
  const close = at + end.length - 1;
  const before = text.slice(Math.max(0, close - MAX_NAME), close);
  const open = before.lastIndexOf(text[close] as string);
  if (open < 0) return undefined;
  const name = before
    .slice(open + 1)
    .replace(/^.*[})]/s, '')
    .replace(/^\/+/, '');
  return /^[\w.+@/-]+$/.test(name) ? name : undefined;
};

const MAX_NAME = 200;

/** A file by its name, seen from the source's folder or one above it in the same package. */
const nearest = (
  source: Node,
  name: string,
  find: (path: string, from: Node) => Node | undefined,
): Node | undefined => {
  for (let at = source.parent; at?.parent; at = at.parent) {
    const node = find(name, at);
    if (node && !node.children) return node;
    if (PACKAGE_FOLDER.test(`/${at.parent.name}/`)) return undefined;
  }
  return undefined;
};

/** Folders of tests that a relative path leads to or through. */
const testFoldersOn = (from: Node, path: string): Node[] => {
  const found: Node[] = [];
  let at: Node | undefined = from;
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    at = part === '..' ? at?.parent : at?.children?.get(part);
    if (!at) break;
    if (part !== '..' && isTestFolder(at)) found.push(at);
  }
  return found;
};
