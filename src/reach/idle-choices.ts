import type { SystemPackages } from '../ecosystems/system-package.ts';
import { pathOf, typeOf, type Node } from '../tree/node.ts';
import { resolvePath } from '../tree/resolve.ts';

/**
 * Files that could stand behind a name, which leads to another of them now: `lapack/liblapack.so.3`, where
 * `liblapack.so.3` is that of OpenBLAS. Whoever looks for the name does not find them.
 */
export const idleChoices = (
  root: Node,
  { alternatives }: Pick<SystemPackages, 'alternatives'>,
): ReadonlySet<Node> => {
  const behind = (node: Node): Node | undefined => resolvePath(root, `/${pathOf(node)}`).node;
  const idle = new Set<Node>();
  const chosen = new Set<Node>();
  for (const { nodes, choices } of alternatives) {
    const links = nodes.filter((node) => typeOf(node) === 'symlink');
    for (const link of links) {
      const found = behind(link);
      if (found) chosen.add(found);
    }
    const names = new Set(links.map(({ name }) => name));
    for (const choice of choices) {
      const found = behind(choice);
      if (names.has(choice.name) && found) idle.add(choice).add(found);
    }
  }
  for (const node of chosen) idle.delete(node);
  return idle;
};
