import type { AnalyzedPackage } from '../api/analysis.ts';
import type { AttributeKind, FileChange, FileTotal, SizeChange } from '../api/diff.ts';
import type { DiffPart } from '../api/vocabulary.ts';
import { showPath } from '../base/byte-path.ts';
import { throwIfAborted } from '../base/errors.ts';
import type { Entry } from '../layer/entry.ts';
import type { Layer } from '../layer/layer.ts';
import { pathOf, typeOf, type Node } from '../tree/node.ts';
import { compareEntries } from './compare-entries.ts';
import { openFolderSizes } from './compare-folders.ts';
import { openCategorySizes } from './compare-categories.ts';
import { openByteCounter, type Sizes } from './count-names.ts';
import { pairNodes, type NodePair } from './pair-nodes.ts';

/** One of the images, with what is known of its files. */
export interface ComparedFiles {
  readonly layers: readonly Layer[];
  readonly root: Node;
  /** Whether a path counts. */
  readonly isCounted: (node: Node) => boolean;
  readonly categoryOf: (node: Node) => string;
  /** The package a file counts for. */
  readonly packageOf: (node: Node) => AnalyzedPackage | undefined;
}

export interface CompareFilesOptions {
  /** What is looked for. */
  readonly parts: ReadonlySet<DiffPart>;
  readonly times: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Files that differ, in the order of their paths, and where bytes changed. */
export interface FilesDiff {
  readonly files: FileChange[];
  readonly totals: FileTotal[];
  readonly categories: SizeChange[];
  readonly folders: SizeChange[];
}

/** Compares the merged file systems of two images in one walk. Contents are read where nothing else tells. */
export const compareFiles = async (
  before: ComparedFiles,
  after: ComparedFiles,
  { parts, times, signal }: CompareFilesOptions,
): Promise<FilesDiff> => {
  const comparer = compareEntries({ before: before.layers, after: after.layers }, { times });
  const links = openLinkGroups();
  const folders = openFolderSizes();
  const categories = openCategorySizes(before, after);
  const [bytesBefore, bytesAfter] = [openByteCounter(), openByteCounter()];
  const files: FileChange[] = [];
  for (const pair of pairNodes(before.root, after.root)) {
    throwIfAborted(signal);
    const old = pair.before && before.isCounted(pair.before) ? pair.before : undefined;
    const now = pair.after && after.isCounted(pair.after) ? pair.after : undefined;
    if (!old && !now) continue;
    const sizes = sizesOf(old, now, bytesBefore(old), bytesAfter(now));
    folders.add(pair, sizes);
    categories.add(old, now, sizes);
    const difference = await differenceOf(old, now, { comparer, links });
    if (!difference || !parts.has(difference.kind)) continue;
    files.push({
      ...difference,
      ...describe({ before: old, after: now }, sizes),
      ...(now ? belonging(now, after) : old && belonging(old, before)),
    });
  }
  const totals = totalsOf(files, parts);
  return { files, totals, categories: categories.changes(), folders: folders.changes() };
};

const sizesOf = (
  before: Node | undefined,
  after: Node | undefined,
  bytesBefore: number,
  bytesAfter: number,
): Sizes => ({
  filesBefore: before && !before.children ? 1 : 0,
  filesAfter: after && !after.children ? 1 : 0,
  bytesBefore,
  bytesAfter,
});

/** What makes a file another one; anything else is about its metadata. */
const CHANGED: ReadonlySet<AttributeKind> = new Set(['type', 'content', 'target', 'device']);

const differenceOf = async (
  before: Node | undefined,
  after: Node | undefined,
  { comparer, links }: { comparer: ReturnType<typeof compareEntries>; links: LinkGroups },
): Promise<Pick<FileChange, 'kind' | 'changes'> | undefined> => {
  if (!before) return { kind: 'added' };
  if (!after) return { kind: 'removed' };
  const changes = [...(await comparer.changesBetween(before, after)), ...links.add(before, after)];
  if (changes.length === 0) return undefined;
  return { kind: changes.some(({ what }) => CHANGED.has(what)) ? 'changed' : 'metadata', changes };
};

/** What a file is for, and the package it counts for. */
const belonging = (
  node: Node,
  { categoryOf, packageOf }: ComparedFiles,
): Pick<FileChange, 'category' | 'package'> => {
  const owner = packageOf(node);
  return {
    ...(!node.children && { category: categoryOf(node) }),
    ...(owner && { package: `${owner.type} ${owner.name} ${owner.version}`.trimEnd() }),
  };
};

const describe = (
  { before, after }: Pick<NodePair, 'before' | 'after'>,
  { bytesBefore, bytesAfter }: Sizes,
): Omit<FileChange, 'kind' | 'changes' | 'category' | 'package'> => {
  const node = (after ?? before) as Node;
  return {
    path: showPath(pathOf(node)),
    type: typeOf(node),
    bytesBefore,
    bytesAfter,
    ...(before && { layerBefore: before.layer + 1 }),
    ...(after && { layerAfter: after.layer + 1 }),
  };
};

/** Finds names that belong to another file than before, among the names that both images have. */
interface LinkGroups {
  readonly add: (before: Node, after: Node) => { what: 'links'; before: string; after: string }[];
}

const openLinkGroups = (): LinkGroups => {
  const [before, after] = [new Map<Entry, Node>(), new Map<Entry, Node>()];
  const firstName = (names: Map<Entry, Node>, node: Node): Node | undefined => {
    const { entry } = node;
    if (entry?.type !== 'file') return undefined;
    const first = names.get(entry) ?? node;
    names.set(entry, first);
    return first;
  };
  return {
    add: (old, now) => {
      const [from, to] = [firstName(before, old), firstName(after, now)];
      if (!from || !to) return [];
      // Both come by for the first time, as nearly all files do.
      if (from === old && to === now) return [];
      const [first, second] = [showPath(pathOf(from)), showPath(pathOf(to))];
      return first === second ? [] : [{ what: 'links', before: first, after: second }];
    },
  };
};

const KINDS = ['added', 'removed', 'changed', 'metadata'] as const;

const totalsOf = (files: readonly FileChange[], parts: ReadonlySet<DiffPart>): FileTotal[] => {
  const totals = KINDS.filter((kind) => parts.has(kind)).map((kind) => ({
    kind,
    files: 0,
    folders: 0,
    bytesBefore: 0,
    bytesAfter: 0,
  }));
  const byKind = new Map(totals.map((total) => [total.kind as string, total]));
  for (const { kind, type, bytesBefore, bytesAfter } of files) {
    const total = byKind.get(kind);
    if (!total) continue;
    if (type === 'directory') total.folders++;
    else total.files++;
    total.bytesBefore += bytesBefore;
    total.bytesAfter += bytesAfter;
  }
  return totals;
};
