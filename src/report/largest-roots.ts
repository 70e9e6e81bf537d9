import type { DroppedPath } from '../api/results.ts';

/** A file, or a folder that goes with all below it (its path then ends in a slash). */
export interface DroppedRoot {
  readonly path: string;
  readonly rule: string;
  readonly bytes: number;
}

/** Roots worth showing of one category. */
const TOP = 5;

/**
 * The largest of the dropped paths, largest first. A folder that goes as a whole counts as one path:
 * a cache of a thousand small files is news, its largest five files are not.
 */
export const largestRoots = (dropped: readonly DroppedPath[]): readonly DroppedRoot[] => {
  const folders = new Set(
    dropped.filter(({ type }) => type === 'directory').map(({ path }) => path),
  );
  const roots = new Map<string, { path: string; rule: string; bytes: number }>();
  for (const { path, rule, bytes } of dropped) {
    const folder = topFolder(path, folders);
    const shown = folder === undefined ? path : `${folder}/`;
    const root = roots.get(shown) ?? { path: shown, rule, bytes: 0 };
    root.bytes += bytes;
    roots.set(shown, root);
  }
  return [...roots.values()]
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1))
    .slice(0, TOP);
};

/** The highest folder above a path, or the path itself, that is one of `folders`. */
const topFolder = (path: string, folders: ReadonlySet<string>): string | undefined => {
  for (let end = path.indexOf('/', 1); end !== -1; end = path.indexOf('/', end + 1)) {
    const above = path.slice(0, end);
    if (folders.has(above)) return above;
  }
  return folders.has(path) ? path : undefined;
};
