import { showPath, toText } from '../base/byte-path.ts';
import type { Plan } from '../plan/plan.ts';
import type { Removal } from '../plan/removals.ts';
import type { Verdicts } from '../rules/verdict.ts';
import type { Explanation } from '../api/results.ts';
import { isFolder, nodeAt, pathOf, typeOf, nodesOf, type Node } from '../tree/node.ts';
import { resolvePath } from '../tree/resolve.ts';

/** Says what happens to one path and why. `path` is a binary string, absolute or not. */
export const explainPath = (
  path: string,
  { tree, verdicts }: Plan,
  hidden: readonly Removal[],
): Explanation => {
  const literal = path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
  const node = nodeAt(tree.root, literal);
  if (!node) return explainAbsent(literal, tree.root, hidden);
  const shown = showPath(literal);
  const layer = node.entry?.layer;
  const verdict = verdicts.get(node);
  const place = layer === undefined ? {} : { layer };
  if (!verdict) {
    const reason = `no rule is about it${describe(node, verdicts)}`;
    return { path: shown, verdict: 'kept', reason, ...place };
  }
  const { action, id, reason, source } = verdict;
  return {
    path: shown,
    verdict: action === 'drop' ? 'dropped' : 'kept',
    rule: id,
    reason,
    ...place,
    ...(source !== undefined && { source }),
  };
};

/** What a person who asks about the node should know beside the verdict. */
const describe = (node: Node, verdicts: Verdicts): string => {
  if (typeOf(node) === 'symlink') return ` (a symlink to ${toText(node.entry?.linkTarget ?? '')})`;
  if (!node.children) return '';
  const below = nodesOf(node).filter((each) => !isFolder(each));
  const going = below.filter((each) => verdicts.get(each)?.action === 'drop');
  return going.length === 0 ? '' : `; files in it that go: ${going.length} of ${below.length}`;
};

const explainAbsent = (literal: string, root: Node, hidden: readonly Removal[]): Explanation => {
  const path = showPath(literal);
  const covered = hidden.findLast((removal) => removal.path === literal);
  if (covered)
    return { path, verdict: 'dropped', rule: covered.verdict.id, reason: covered.verdict.reason };
  const { node } = resolvePath(root, literal);
  const reason = node
    ? `symlinks lead to ${showPath(pathOf(node))}: explain that`
    : 'the image has no such path';
  return { path, verdict: 'absent', reason };
};
