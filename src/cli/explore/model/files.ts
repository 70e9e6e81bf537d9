import type { BytePath } from '../../../base/byte-path.ts';
import { FILE_TYPES } from '../../../api/explored.ts';
import type {
  Decision,
  ExploredImage,
  ExploredMinimal,
  ExploredTree,
  Level,
} from '../../../index.ts';

/** The names of an explored image, with what can be found from them at once. A name is its place in the columns. */
export interface Files {
  readonly image: ExploredImage;
  readonly tree: ExploredTree;
  /** What level `minimal` decides, once that is known. */
  readonly minimal: ExploredMinimal | undefined;
  /** What a level decides of a name; `undefined` where nothing is about it, and as long as that is not known. */
  readonly decisionAt: (level: Level, at: number) => Decision | undefined;
  readonly count: number;
  /** What is in a folder, hidden files included, in the order of the names. */
  readonly childrenOf: (at: number) => Int32Array;
  readonly isFolder: (at: number) => boolean;
  readonly pathOf: (at: number) => BytePath;
  /** The folders above a name, the innermost first, without the root. */
  readonly foldersAbove: (at: number) => number[];
  /** Whether a layer changes what a lower one has at the same path. */
  readonly isChange: (at: number) => boolean;
}

export const ROOT = 0;

/** The number of folders in the column of types. */
export const DIRECTORY: number = FILE_TYPES.indexOf('directory');

export const openFiles = (image: ExploredImage): Files => {
  const { tree, minimal } = image;
  const { names, parents, types } = tree;
  const count = names.length;
  const { starts, list } = listChildren(parents);
  const parentOf = (at: number): number => parents[at] as number;
  const foldersAbove = (at: number): number[] => {
    const folders: number[] = [];
    for (let up = parentOf(at); up > ROOT; up = parentOf(up)) folders.push(up);
    return folders;
  };
  const changes = new Set(findChanges(tree));
  return {
    image,
    tree,
    minimal,
    decisionAt: (level, at) => {
      const { decisions, verdicts } =
        level === 'minimal'
          ? (minimal ?? UNDECIDED)
          : { decisions: tree.decisions, verdicts: tree.verdicts[level] };
      return decisions[verdicts[at] as number];
    },
    count,
    childrenOf: (at) => list.subarray(starts[at], starts[at + 1]),
    isFolder: (at) => types[at] === DIRECTORY,
    pathOf: (at) =>
      at === ROOT ? '' : [...foldersAbove(at).reverse(), at].map((each) => names[each]).join('/'),
    foldersAbove,
    isChange: (at) => changes.has(at),
  };
};

const UNDECIDED: Pick<ExploredMinimal, 'decisions' | 'verdicts'> = {
  decisions: [],
  verdicts: new Int32Array(),
};

/** The children of each name one after the other, and where those of each begin. */
const listChildren = (parents: Int32Array): { starts: Int32Array; list: Int32Array } => {
  const starts = new Int32Array(parents.length + 1);
  for (const parent of parents) if (parent >= 0) starts[parent + 1]! += 1;
  for (let at = 0; at < parents.length; at++) starts[at + 1]! += starts[at] as number;
  const list = new Int32Array(Math.max(0, parents.length - 1));
  const next = starts.slice();
  for (const [at, parent] of parents.entries()) if (parent >= 0) list[next[parent]!++] = at;
  return { starts, list };
};

/** Names that replace a file which is hidden now: of the same path, in the layer that hides it. */
const findChanges = ({ names, parents, layers, hiddenBy, replaced }: ExploredTree): number[] => {
  const keyOf = (at: number, layer: number): string => `${parents[at]}/${layer}/${names[at]}`;
  const expected = new Set<string>();
  for (const [at, by] of hiddenBy.entries()) if (replaced[at] === 1) expected.add(keyOf(at, by));
  if (expected.size === 0) return [];
  return [...layers.entries()].flatMap(([at, layer]) =>
    expected.has(keyOf(at, layer)) ? [at] : [],
  );
};
