import { showPath } from '../base/byte-path.ts';
import { PACKAGE_FOLDER } from '../ecosystems/package-folders.ts';
import { sourceKindOf } from '../ecosystems/source-kind.ts';
import { isProgram } from '../graph/find-files.ts';
import { nodesOf, pathOf, typeOf, type Node } from '../tree/node.ts';
import { newStepBudget, resolveLink } from '../tree/resolve.ts';
import type { Verdict } from './verdict.ts';

/**
 * Keeps whatever a symlink that stays leads to, symlinks on the way included, so that no symlink is
 * broken that was not before. Code needs what lies around it: a symlink to a folder, a program or a source
 * keeps what would have gone together with it, such as the other packages of a store.
 * What `--drop` names is not kept: the user named the path. Packages of the distribution, whose files are
 * `isPackaged`, are kept for other reasons. `nodes` are those of the whole tree, the root first.
 */
export const rescueLinkTargets = (
  nodes: readonly Node[],
  verdicts: Map<Node, Verdict>,
  isPackaged: (node: Node) => boolean,
): void => {
  const [root] = nodes as readonly [Node, ...Node[]];
  const budget = newStepBudget();
  const searched = new Set<Node>();
  const staying = nodes.filter((node) => isLink(node) && !isDropped(verdicts, node));
  // A folder that is kept may hold symlinks, which lead elsewhere in turn.
  for (const link of staying) {
    const { node, links: passed } = resolveLink(root, link, budget);
    if (!node) continue;
    for (const target of [...passed, node]) {
      // `/var/run` is a symlink to `/run`, which stays itself: what rules drop inside it is not what the symlink leads to.
      if (!isDropped(verdicts, target) || searched.has(target)) continue;
      searched.add(target);
      const unit = isCode(target) ? unitOf(target, verdicts, isPackaged) : target;
      for (const rescued of rescue(verdicts, unit, link))
        if (isLink(rescued)) staying.push(rescued);
    }
  }
};

/** Keeps a node and all below it; returns what would have been dropped. */
const rescue = (verdicts: Map<Node, Verdict>, target: Node, link: Node): Node[] => {
  const rescued: Node[] = [];
  const reason = `${showPath(pathOf(link))} links to it`;
  for (const node of nodesOf(target)) {
    const verdict = verdicts.get(node);
    if (verdict?.action !== 'drop' || verdict.by === 'user') continue;
    const { id, category } = verdict;
    verdicts.set(node, { action: 'keep', by: 'link', id, category, reason });
    rescued.push(node);
  }
  return rescued;
};

/**
 * What is of use only together with a node: the outermost folder of installed packages that it lies in
 * (`node_modules`, with the links that its packages find each other by) or, outside of any, the highest
 * folder that goes with it.
 */
const unitOf = (
  node: Node,
  verdicts: ReadonlyMap<Node, Verdict>,
  isPackaged: (node: Node) => boolean,
): Node => {
  let top = node;
  let packages: Node | undefined;
  while (!isPackaged(top) && top.parent && verdicts.get(top.parent)?.by === 'rule') {
    top = top.parent;
    if (PACKAGE_FOLDER.test(`/${top.name}/`)) packages = top;
  }
  return packages ?? top;
};

/** Whether a node is more than data, or a library, by itself. */
const isCode = (node: Node): boolean =>
  node.children !== undefined ||
  sourceKindOf(`/${pathOf(node)}`) === 'code' ||
  (isProgram(node) && !/\.so(\.|$)/.test(node.name));

const isLink = (node: Node): boolean => typeOf(node) === 'symlink';

/** Keeps folders in which anything stays. `nodes` lists folders before their contents. */
export const keepFilledFolders = (nodes: readonly Node[], verdicts: Map<Node, Verdict>): void => {
  // In reverse order a folder comes after all that is in it.
  for (const folder of nodes.filter(({ children }) => children).reverse()) {
    const verdict = verdicts.get(folder);
    if (verdict?.action !== 'drop') continue;
    const staying = [...(folder.children?.values() ?? [])].find(
      (child) => !isDropped(verdicts, child),
    );
    if (!staying) continue;
    verdicts.set(folder, {
      action: 'keep',
      by: 'holds',
      id: verdict.id,
      category: verdict.category,
      reason: `${showPath(pathOf(staying))} stays`,
    });
  }
};

const isDropped = (verdicts: ReadonlyMap<Node, Verdict>, node: Node): boolean =>
  verdicts.get(node)?.action === 'drop';
