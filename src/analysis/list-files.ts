import type { WastedFile } from '../api/analysis.ts';
import type { FileDecision, FileList, ListedFile } from '../api/file-list.ts';
import type { Entry } from '../layer/entry.ts';
import { typeOf, type Node } from '../tree/node.ts';
import type { Tree } from '../tree/squash.ts';
import type { AnalyzedImage } from './analyze-image.ts';
import { showNode } from './stored-files.ts';

/** What is decided of a file of the tree; `undefined` where nothing is about it. */
export type DecisionOf = (node: Node) => FileDecision | undefined;

export interface ListInput extends AnalyzedImage {
  readonly tree: Tree;
  readonly levels: ReadonlyMap<string, DecisionOf>;
  /** How the image comes to use a file; empty where nothing tells that it does. */
  readonly usedBy: (node: Node) => string;
}

/** Lists every file of an analyzed image. */
export const listFiles = (input: ListInput): FileList => {
  const { tree, analysis, packages, levels, usedBy } = input;
  const deciders = [...levels.values()];
  const copies = new Map<string, WastedFile>();
  const hidden: ListedFile[] = [];
  for (const wasted of analysis.wasted) {
    const { path, size, layer, ...waste } = wasted;
    if (wasted.reason === 'copies') copies.set(path, wasted);
    else hidden.push({ path, type: 'file', size, layer, waste, decisions: [] });
  }
  const counted = new Set<Entry>();
  const listNode = (node: Node): ListedFile => {
    const { entry } = node;
    const path = showNode(node);
    const size = entry && !counted.has(entry) ? entry.bodySize : 0;
    if (entry) counted.add(entry);
    const copy = copies.get(path);
    const chain = usedBy(node);
    const owner = packages.ownerOf(node);
    return {
      path,
      type: typeOf(node),
      size,
      layer: (entry?.layer ?? node.layer) + 1,
      ...(owner && { package: owner }),
      ...(copy && { waste: { reason: copy.reason, copyOf: copy.copyOf } }),
      decisions: deciders.map((decide) => decide(node)),
      ...(chain !== '' && { usedBy: chain }),
    };
  };
  const seen = tree.nodes.filter(({ children }) => !children).map(listNode);
  return { levels: [...levels.keys()], files: [...seen, ...hidden] };
};
