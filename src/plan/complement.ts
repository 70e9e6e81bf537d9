import type { Entry } from '../layer/entry.ts';
import type { Layer } from '../layer/layer.ts';
import type { Node } from '../tree/node.ts';
import { squashLayers, type Tree } from '../tree/squash.ts';
import { membersOfAll, type MemberOptions } from './members.ts';
import { plainFiles } from './plain-files.ts';
import type { Members, Plan } from './plan.ts';
import { plannedEntries, type MadeEntry } from './planned-entries.ts';

export type ComplementOptions = Pick<MemberOptions, 'timestamp' | 'recorded'>;

/**
 * The members of one layer that makes of the new image the one that it was made from: what was removed, and what has
 * other contents or another header now, as it was. Both file systems are merged anew and compared, so that it does not
 * matter what removed or changed something. A file with several names is written with all of them where one is needed: to
 * link to a file of a lower layer is allowed, but runtimes that unpack each layer by itself do not find it. For these,
 * folders come with their metadata wherever something in them does.
 */
export const membersOfComplement = (
  { layers: planned, tree, replacements }: Pick<Plan, 'layers' | 'tree' | 'replacements'>,
  layers: readonly Layer[],
  { timestamp, recorded = new Map() }: ComplementOptions,
): Members => {
  // The tree of the plan has equal files as links to each other already.
  const original = merge(layers.map(({ entries }) => entries));
  const slim = plannedEntries(planned, layers, tree.moved);
  const slimTree = merge(slim.layers);
  const stored = (entry: Entry): Entry => original.moved.get(entry) ?? entry;
  const planStored = (entry: Entry): Entry => tree.moved.get(entry) ?? entry;
  const replaced = new Set([...replacements.keys()].map(planStored));
  const lasting = new Set([...recorded.keys()].map(planStored));
  const isAsBefore = comparison(original, slimTree, {
    madeOf: (entry) => slim.madeOf(slimTree.moved.get(entry) ?? entry),
    isMadeOf: ({ entry: source, mtime }, entry) =>
      source === stored(entry) &&
      !replaced.has(source) &&
      (mtime === entry.mtime ||
        (timestamp !== undefined &&
          mtime === Math.min(timestamp, entry.mtime) &&
          !lasting.has(source))),
  });
  const layout: MemberOptions = {
    timestamp,
    recorded: new Map(
      [...original.moved, ...[...lasting].map((entry) => [entry, entry] as const)].filter(
        ([, source]) => lasting.has(source),
      ),
    ),
    replacements: plainFiles(layers),
    moved: original.moved,
  };
  return membersOfAll(
    withFolders(original, (node) => !isAsBefore(node)),
    layout,
  );
};

/** Both were merged before, or come from what was, so that no limit can be exceeded. */
const merge = (layers: readonly (readonly Entry[])[]): Tree =>
  squashLayers(layers, { entryCount: Infinity, pathSize: Infinity });

interface ComparisonOptions {
  readonly madeOf: (entry: Entry) => MadeEntry;
  /** Whether an entry of the other tree stands for one of this as it is. */
  readonly isMadeOf: (made: MadeEntry, entry: Entry) => boolean;
}

/** Whether a node is the same file in the other tree, by all its names; of a folder, whether it has the same header. */
const comparison = (
  { nodes }: Tree,
  other: Tree,
  { madeOf, isMadeOf }: ComparisonOptions,
): ((node: Node) => boolean) => {
  const counterparts = new Map<Node | undefined, Node | undefined>();
  /** What all names of a file are there; `undefined` where it is not the same file, or not one. */
  const files = new Map<Entry, Entry | undefined>();
  for (const node of nodes) {
    const now = node.parent ? counterparts.get(node.parent)?.children?.get(node.name) : other.root;
    counterparts.set(node, now);
    const { entry, children } = node;
    if (!entry || children) continue;
    const found = now?.children ? undefined : now?.entry;
    const isSame = found !== undefined && isMadeOf(madeOf(found), entry);
    const isOne = !files.has(entry) || files.get(entry) === found;
    files.set(entry, isSame && isOne ? found : undefined);
  }
  return (node) => {
    const { entry, children } = node;
    if (!children) return entry !== undefined && files.get(entry) !== undefined;
    const now = counterparts.get(node);
    if (!now?.children) return false;
    const made = now.entry && madeOf(now.entry);
    return entry ? made !== undefined && isMadeOf(made, entry) : made?.entry === undefined;
  };
};

/** Some nodes, and the folders that they lie in, in writing order. */
const withFolders = ({ nodes }: Tree, isWanted: (node: Node) => boolean): Node[] => {
  const wanted = new Set<Node>();
  for (const node of nodes)
    if (isWanted(node))
      for (let at: Node | undefined = node; at && !wanted.has(at); at = at.parent) wanted.add(at);
  return nodes.filter((node) => wanted.has(node));
};
