import { isSystemType } from '../ecosystems/known-ecosystems.ts';
import type { SystemPackage } from '../ecosystems/system-package.ts';
import type { Inventory } from '../facts/inventory.ts';
import { isProgram } from '../graph/find-files.ts';
import { nodesOf, pathOf, typeOf, type Node } from '../tree/node.ts';
import { newStepBudget, resolveLink } from '../tree/resolve.ts';
import type { NewVerdicts } from './new-verdicts.ts';

/**
 * Keeps what lies beside the rest of packages that stay: settings in `/etc`, and licences, which may lie in the folder of
 * another package that a symlink leads to.
 */
export const keepBeside = (
  packages: readonly SystemPackage[],
  root: Node,
  verdicts: NewVerdicts,
): void => {
  const budget = newStepBudget();
  for (const node of packages.flatMap(({ files }) => files)) {
    if (!isBeside(node)) continue;
    verdicts.keep(node);
    const target =
      typeOf(node) === 'symlink' && !verdicts.isGone(node)
        ? resolveLink(root, node, budget).node
        : undefined;
    if (target?.children && DOCUMENTS.test(pathOf(target))) nodesOf(target).forEach(verdicts.keep);
  }
};

const isBeside = (node: Node): boolean =>
  DOCUMENTS.test(pathOf(node)) || (pathOf(node).startsWith('etc/') && !isProgram(node));

const DOCUMENTS = /^usr\/share\/doc\//;

/** A package of a language keeps the file by which scanners find it as long as any file beside that stays. */
export const keepSigns = (before: Inventory, verdicts: NewVerdicts): void => {
  for (const { type, evidence } of before) {
    if (isSystemType(type) || !verdicts.isGone(evidence) || !evidence.parent) continue;
    const beside = nodesOf(evidence.parent).filter((node) => !node.children);
    if (!beside.every(verdicts.isGone)) verdicts.keep(evidence);
  }
};
