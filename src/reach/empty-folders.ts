import type { SystemPackage, SystemPackages } from '../ecosystems/system-package.ts';
import type { Reach } from '../graph/reach.ts';
import { pathOf, typeOf, type Node } from '../tree/node.ts';
import { newStepBudget, resolveLink } from '../tree/resolve.ts';
import type { NewVerdicts } from './new-verdicts.ts';

export interface FolderInput {
  readonly packages: SystemPackages;
  readonly removed: ReadonlyMap<SystemPackage, unknown>;
  readonly reach: Reach;
  readonly verdicts: NewVerdicts;
}

/**
 * Folders go with the packages that own them, but for those that something may be written to. `nodes` lists folders
 * before their contents.
 */
export const dropEmptyFolders = (
  nodes: readonly Node[],
  { packages, removed, reach, verdicts }: FolderInput,
): void => {
  const filled = new Set<Node>();
  for (const node of [...nodes].reverse()) {
    if (!node.children) {
      if (!verdicts.isGone(node) && node.parent) filled.add(node.parent);
      continue;
    }
    const owners = packages.owners.get(node) ?? [];
    const isNeeded =
      filled.has(node) ||
      reach.has(node) ||
      owners.length === 0 ||
      (owners.some((each) => !removed.has(each)) && !FOR_TEXTS.test(pathOf(node))) ||
      isToBeFilled(node);
    if (!isNeeded) verdicts.drop(node);
    else if (node.parent) filled.add(node.parent);
  }
};

/** Folders that nobody looks into who finds no texts there. */
const FOR_TEXTS = /^usr\/share\/(man|info|locale|doc-base|lintian)\//;

/** Outside `/usr` and the like, folders are made to be filled, and have an owner or a mode for it. */
const isToBeFilled = (node: Node): boolean =>
  node.entry?.mode !== 0o755 || !/^(usr|lib|lib64|bin|sbin|boot)\//.test(pathOf(node));

/** Keeps other names of folders that stay: `/bin`, `/lib64`, and those of packages that stay. */
export const keepLinksToFolders = (
  nodes: readonly Node[],
  root: Node,
  { packages, removed, verdicts }: Omit<FolderInput, 'reach'>,
): void => {
  const budget = newStepBudget();
  for (const node of nodes) {
    if (typeOf(node) !== 'symlink' || !verdicts.isGone(node)) continue;
    const owners = packages.owners.get(node) ?? [];
    if (node.parent !== root && owners.length > 0 && owners.every((each) => removed.has(each)))
      continue;
    const { node: target } = resolveLink(root, node, budget);
    if (
      target?.children &&
      !verdicts.isGone(target) &&
      node.parent &&
      !verdicts.isGone(node.parent)
    )
      verdicts.keep(node);
  }
};
