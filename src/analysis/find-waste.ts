import { showPath } from '../base/byte-path.ts';
import { groupBy } from '../base/group-by.ts';
import type { Waste, WastedFile } from '../api/analysis.ts';
import type { Entry } from '../layer/entry.ts';
import type { Contents } from './contents.ts';
import { showNode, type HiddenFile, type StoredFiles, type UsedFile } from './stored-files.ts';

/** Finds bytes that could go without changing what a container sees, each once; largest first. */
export const findWaste = async (
  { used, hidden }: StoredFiles,
  contents: Contents,
): Promise<WastedFile[]> => {
  const wasted: WastedFile[] = [];
  for (const each of hidden) wasted.push(await describeHidden(each, contents));
  for (const [first, ...others] of await equalFiles([...used.values()], contents)) {
    const copyOf = showNode((first as UsedFile).nodes[0]);
    for (const { entry, nodes } of others) {
      const [path, size] = [showNode(nodes[0]), entry.bodySize];
      wasted.push({ path, size, layer: entry.layer + 1, reason: 'copies', copyOf });
    }
  }
  return wasted.sort(bySize);
};

/** What the wasted files of an image, or of one layer, add up to. */
export const sumWaste = (wasted: readonly WastedFile[]): Waste => {
  const waste = { total: 0, deleted: 0, overwritten: 0, metadata: 0, copies: 0 };
  for (const { size, reason } of wasted) {
    waste[reason] += size;
    waste.total += size;
  }
  return waste;
};

const describeHidden = async (
  { entry, path, by, how, replacement }: HiddenFile,
  contents: Contents,
): Promise<WastedFile> => {
  const file = {
    path: showPath(path),
    size: entry.bodySize,
    layer: entry.layer + 1,
    by: by + 1,
  };
  if (how === 'deleted') return { ...file, reason: 'deleted' };
  if (!replacement || !(await isEqual(entry, replacement, contents)))
    return { ...file, reason: 'overwritten' };
  const changes = await contents.changesBetween(entry, replacement);
  return { ...file, reason: 'metadata', changes };
};

const isEqual = async (a: Entry, b: Entry, contents: Contents): Promise<boolean> =>
  b.type === 'file' &&
  a.size === b.size &&
  a.bodySize === b.bodySize &&
  (await contents.digestOf(a)) === (await contents.digestOf(b));

/** Groups of files with the same contents; in each the file of the lowest layer, then of the first path, is first. */
const equalFiles = async (
  files: readonly UsedFile[],
  contents: Contents,
): Promise<UsedFile[][]> => {
  const sameSize = groups(
    files.filter(({ entry }) => entry.bodySize > 0),
    ({ entry }) => `${entry.size}/${entry.bodySize}`,
  );
  const equal: UsedFile[][] = [];
  for (const alike of sameSize) {
    const digests = new Map<UsedFile, string>();
    for (const file of alike) digests.set(file, await contents.digestOf(file.entry));
    equal.push(...groups(alike, (file) => digests.get(file) as string));
  }
  return equal.map((group) => group.sort((a, b) => a.entry.layer - b.entry.layer));
};

/** Groups of two or more. */
const groups = (files: readonly UsedFile[], keyOf: (file: UsedFile) => string): UsedFile[][] =>
  [...groupBy(files, keyOf).values()].filter((group) => group.length > 1);

/** Largest first, then by path. */
export const bySize = (
  a: { readonly size: number; readonly path: string },
  b: { readonly size: number; readonly path: string },
): number => b.size - a.size || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
