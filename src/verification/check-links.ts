import { showPath } from '../base/byte-path.ts';
import { pathOf, typeOf } from '../tree/node.ts';
import { newStepBudget, resolveLink } from '../tree/resolve.ts';
import type { Check } from './check.ts';
import { faultOfTarget } from './same-target.ts';

/** Symlinks lead where they led. Those that lead nowhere in the original may go on doing so. */
export const checkLinks: Check = async (pair, { look, differ }) => {
  const [old, now] = [pair.original.tree().root, pair.slim.tree().root];
  const [oldBudget, budget] = [newStepBudget(), newStepBudget()];
  for (const { before, after } of pair.kept) {
    if (!before || typeOf(before) !== 'symlink' || typeOf(after) !== 'symlink') continue;
    const target = resolveLink(old, before, oldBudget).node;
    if (!target) continue;
    look();
    const fault = await faultOfTarget(target, resolveLink(now, after, budget).node, pair);
    if (fault)
      differ(showPath(pathOf(after)), `leads to ${showPath(pathOf(target))}, which ${fault}`);
  }
};
