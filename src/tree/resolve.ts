import { ReslimError } from '../base/errors.ts';
import { isFolder, typeOf, type Node } from './node.ts';

/** Linux gives up after 40 symlinks (ELOOP). */
export const MAX_LINKS = 40;

/** Path components that may still be followed, for all paths of an image together. */
export interface StepBudget {
  steps: number;
}

/**
 * Forty links with targets of thousands of folders each make a path of 80,000 steps, and an image may
 * hold a million such paths; real images take a million steps in all.
 */
export const newStepBudget = (): StepBudget => ({ steps: 50_000_000 });

/** Takes one step from the budget. Throws `limit` when it is used up. */
export const spendStep = (budget: StepBudget): void => {
  if (--budget.steps < 0)
    throw new ReslimError(
      'limit',
      'following the symlinks of the image takes more than 50 million steps',
    );
};

/** Where a path leads, and every symlink passed on the way there. */
export interface Resolution {
  /** `undefined` when the path leads to nothing, out of bounds, or in circles. */
  readonly node: Node | undefined;
  readonly links: readonly Node[];
}

/**
 * Follows a path as a process in the container would: symlinks in any component are taken, `..` stops
 * at the root. `path` is a binary string, absolute or relative to `from`. Throws `limit` when `budget`,
 * shared by all paths of an image, is used up.
 */
export const resolvePath = (
  root: Node,
  path: string,
  from: Node = root,
  budget: StepBudget = newStepBudget(),
): Resolution => {
  const links: Node[] = [];
  const todo = path.split('/').reverse();
  let at: Node | undefined = path.startsWith('/') ? root : from;
  while (at && todo.length > 0) {
    const name = todo.pop() as string;
    spendStep(budget);
    if (name === '' || name === '.') continue;
    if (name === '..') {
      at = at.parent ?? at;
      continue;
    }
    const next: Node | undefined = at.children?.get(name);
    if (next && typeOf(next) === 'symlink') {
      links.push(next);
      if (links.length > MAX_LINKS) return { node: undefined, links };
      const target = next.entry?.linkTarget ?? '';
      todo.push(...target.split('/').reverse());
      if (target.startsWith('/')) at = root;
      continue;
    }
    at = next;
    if (at && !isFolder(at) && todo.some((rest) => rest !== '' && rest !== '.')) at = undefined;
  }
  return { node: at, links };
};

/** Where a symlink leads. */
export const resolveLink = (root: Node, link: Node, budget: StepBudget): Resolution =>
  resolvePath(root, link.entry?.linkTarget ?? '', link.parent, budget);
