import type { AnalyzedPackage, ImageAnalysis, WastedFile } from '../api/analysis.ts';
import { FILE_TYPES, type ExploredTree } from '../api/explored.ts';
import type { RuleLevel } from '../api/vocabulary.ts';
import { showPath, toText } from '../base/byte-path.ts';
import { groupBy } from '../base/group-by.ts';
import type { Graph } from '../graph/graph.ts';
import type { Entry } from '../layer/entry.ts';
import type { Node } from '../tree/node.ts';
import { pathOf } from '../tree/node.ts';
import type { Tree } from '../tree/squash.ts';
import { entryOf, listAllNames, type AnyName } from './all-names.ts';
import { decisionColumn, numberDecisions, type DecideNode } from './level-columns.ts';
import { numberNodes, useColumns } from './use-columns.ts';

export interface ExploreTreeInput {
  readonly tree: Tree;
  readonly analysis: Pick<ImageAnalysis, 'packages' | 'wasted'>;
  readonly ownerOf: (node: Node) => AnalyzedPackage | undefined;
  /** What each level decides of a node. */
  readonly decide: Readonly<Record<RuleLevel, DecideNode>>;
  /** Why a node stays whatever the user asks for. */
  readonly pinned: ReadonlyMap<Node, string>;
  readonly graph: Pick<Graph, 'chainTo'>;
  readonly ownersOf: (entry: Entry) => { readonly uid: number; readonly gid: number };
}

/** Brings all that is known of each name of an image into columns. */
export const exploreTree = (input: ExploreTreeInput): ExploredTree => {
  const { tree, analysis, ownerOf, decide, pinned } = input;
  const all = listAllNames(tree);
  const numbers = numberNodes(all);
  const packages = new Map(analysis.packages.map((each, at) => [each, at]));
  const decisions = numberDecisions();
  const column = (valueOf: (each: AnyName, at: number) => number): number[] => all.map(valueOf);
  const decided = (level: RuleLevel): Int32Array => decisionColumn(all, decide[level], decisions);
  const { sizes, hardLinks } = sizesOf(all, tree);
  return {
    names: all.map(({ name }) => name),
    parents: Int32Array.from(column(({ parent }) => parent)),
    types: Uint8Array.from(column((each) => FILE_TYPES.indexOf(typeOf(each)))),
    sizes,
    hardLinks,
    layers: Uint32Array.from(
      column(({ node, hidden }) => (node?.layer ?? hidden?.entry.layer ?? 0) + 1),
    ),
    hiddenBy: Uint32Array.from(column(({ node, hidden }) => (node || !hidden ? 0 : hidden.by + 1))),
    replaced: Uint8Array.from(column(({ hidden }) => (hidden?.how === 'replaced' ? 1 : 0))),
    modes: Uint16Array.from(column((each) => entryOf(each)?.mode ?? FOLDER_MODE)),
    ...ownersColumns(all, input.ownersOf),
    packages: Int32Array.from(
      column(({ node }) => {
        const owner = node && ownerOf(node);
        return owner ? (packages.get(owner) ?? NONE) : NONE;
      }),
    ),
    verdicts: { safe: decided('safe'), lean: decided('lean') },
    decisions: decisions.list,
    pinned: new Map([...pinned].map(([node, reason]) => [numbers.get(node) ?? 0, reason])),
    ...useColumns(all, input.graph),
    wasted: wastedOf(all, analysis.wasted),
    targets: new Map(
      all.flatMap((each, at) => {
        const entry = entryOf(each);
        return entry?.type === 'symlink' ? [[at, toText(entry.linkTarget)] as const] : [];
      }),
    ),
  };
};

const NONE = -1;
/** Runtimes make folders that no layer has an entry for with this mode. */
const FOLDER_MODE = 0o755;

const typeOf = (each: AnyName): (typeof FILE_TYPES)[number] => {
  if (each.isFolder) return 'directory';
  const type = entryOf(each)?.type ?? 'file';
  return type === 'link' ? 'file' : type;
};

/** A file counts once, with the first of its names; a name that is hidden only where none is seen. */
const sizesOf = (
  all: readonly AnyName[],
  { moved }: Tree,
): Pick<ExploredTree, 'sizes' | 'hardLinks'> => {
  const first = new Map<Entry, number>();
  const hardLinks = new Map<number, number>();
  const sizes = new Float64Array(all.length);
  const weigh = (each: AnyName, at: number): void => {
    const entry = each.isFolder ? undefined : entryOf(each);
    if (!entry || entry.type === 'link') return;
    const stored = moved.get(entry) ?? entry;
    const known = first.get(stored);
    if (known !== undefined) hardLinks.set(at, known);
    else {
      first.set(stored, at);
      sizes[at] = entry.bodySize;
    }
  };
  for (const [at, each] of all.entries()) if (each.node) weigh(each, at);
  for (const [at, each] of all.entries()) if (!each.node) weigh(each, at);
  return { sizes, hardLinks };
};

const ownersColumns = (
  all: readonly AnyName[],
  ownersOf: ExploreTreeInput['ownersOf'],
): Pick<ExploredTree, 'uids' | 'gids'> => {
  const owners = all.map((each) => {
    const entry = entryOf(each);
    return entry ? ownersOf(entry) : { uid: 0, gid: 0 };
  });
  return {
    uids: Uint32Array.from(owners.map(({ uid }) => uid)),
    gids: Uint32Array.from(owners.map(({ gid }) => gid)),
  };
};

/** Finds the name of each wasted file by its path and layer. */
const wastedOf = (
  all: readonly AnyName[],
  wasted: readonly WastedFile[],
): ExploredTree['wasted'] => {
  const keyOf = (path: string, layer: number): string => `${layer} ${path}`;
  const files = groupBy(wasted, ({ path, layer }) => keyOf(path, layer));
  const found = new Map<number, Omit<WastedFile, 'path' | 'size' | 'layer'>>();
  for (const [at, each] of all.entries()) {
    const entry = each.isFolder ? undefined : entryOf(each);
    if (!entry) continue;
    const path = each.node ? pathOf(each.node) : (each.hidden?.path ?? '');
    const known = files.get(keyOf(showPath(path), entry.layer + 1))?.shift();
    if (!known) continue;
    const { reason, by, changes, copyOf } = known;
    found.set(at, {
      reason,
      ...(by !== undefined && { by }),
      ...(changes && { changes }),
      ...(copyOf !== undefined && { copyOf }),
    });
  }
  return found;
};
