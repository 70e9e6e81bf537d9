import { toText } from '../base/byte-path.ts';
import type { SystemPackage } from '../ecosystems/system-package.ts';
import { nodeAt } from '../tree/node.ts';
import { isBelow, type RebaseCheck } from './swap.ts';

/**
 * The records of the distribution list the packages of the new base. Where the layers above have records of their own,
 * containers see these, which were written on the old base.
 */
export const checkPackages: RebaseCheck = async ({ after, base }, report) => {
  const [listed, there] = [await after.systemPackages(), await base.systemPackages()];
  const versions = new Map(listed.list.map((each) => [nameOf(each), each.version]));
  const types = new Set(there.list.map(({ type }) => type));
  for (const type of types) {
    const stale = there.list.filter(
      (each) => each.type === type && versions.get(nameOf(each)) !== each.version,
    );
    const [first] = stale;
    if (first)
      report({
        where: `records of ${type}`,
        message: `come from the old base: ${wordsOf(first, versions.get(nameOf(first)))}${others(stale.length - 1)}`,
      });
  }
  const layers = base.layers.length;
  for (const path of there.unread) {
    const node = nodeAt(after.tree().root, path.replace(/^\//, ''));
    if (node && !node.children && !isBelow(node, layers))
      report({ where: path, message: 'comes from the old base: it lists its packages' });
  }
};

const nameOf = ({ type, name, architecture }: SystemPackage): string =>
  JSON.stringify([type, name, architecture]);

const wordsOf = ({ name, version }: SystemPackage, listed: string | undefined): string =>
  listed === undefined
    ? toText(`they do not list ${name} ${version}`)
    : toText(`they list ${name} ${listed} in place of ${version}`);

const others = (count: number): string =>
  count === 0 ? '' : `, and ${count} ${count === 1 ? 'package' : 'packages'} more`;
