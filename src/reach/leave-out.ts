import { showPath, toBytes, toText } from '../base/byte-path.ts';
import { ReslimError } from '../base/errors.ts';
import { sum } from '../base/sum.ts';
import type { SystemPackages } from '../ecosystems/system-package.ts';
import type { LeftOut, Reach } from '../graph/reach.ts';
import { nodesOf, pathOf, type Node } from '../tree/node.ts';
import { resolvePath } from '../tree/resolve.ts';

export interface LeaveOutInput {
  readonly root: Node;
  readonly nodes: readonly Node[];
  readonly packages: Pick<SystemPackages, 'list'>;
  /** What the image uses with all its parts. */
  readonly full: Reach;
  /** What it uses without some files. */
  readonly without: (gone: ReadonlySet<Node>) => Promise<Reach>;
}

/**
 * Takes parts out that the user says a program can do without: packages by their names, files and folders by their paths,
 * and all that only they lead to. Throws `usage` for a name that the image does not have, for what the image is there for, and for
 * what a loader needs to start something that stays.
 */
export const leaveOut = async (
  names: readonly string[],
  { root, nodes, packages, full, without }: LeaveOutInput,
): Promise<Reach> => {
  const gone = new Set<Node>();
  const leftOut: LeftOut[] = [];
  let reach = full;
  for (const name of names) {
    const part = partOf(name, root, packages);
    for (const node of part) {
      const reason = whyIndispensable(node, full);
      if (reason !== undefined)
        throw indispensable(
          name,
          `${show(node)}, ${reason}`,
          'if it has to go all the same: --drop',
        );
      if (!node.children && !full.roots.has(node)) gone.add(node);
    }
    const before = reach;
    reach = await without(gone);
    const files = nodes.filter((node) => !node.children && before.has(node) && !reach.has(node));
    leftOut.push({
      name,
      files: files.length,
      bytes: sum(files.map(({ entry }) => entry?.size ?? 0)),
      nodes: part,
    });
  }
  for (const { name, nodes: part } of leftOut)
    for (const node of part) {
      const user = reach.linkedBy(node);
      if (user && gone.has(node) && reach.has(user))
        throw indispensable(
          name,
          `${show(user)} stays and is linked with ${show(node)}`,
          `if it can do without that, too: --without ${show(user)}`,
        );
    }
  return { ...reach, leftOut };
};

const partOf = (name: string, root: Node, { list }: LeaveOutInput['packages']): readonly Node[] => {
  const bytes = toBytes(name);
  if (bytes.startsWith('/')) {
    const { node } = resolvePath(root, bytes);
    if (node && node !== root) return node.children ? nodesOf(node) : [node];
  } else {
    const found = list.filter((each) => each.name === bytes);
    if (found.length > 0) return found.flatMap(({ files }) => files);
  }
  throw new ReslimError(
    'usage',
    `--without ${name}: the image has no such ${bytes.startsWith('/') ? 'path' : 'package of the distribution'}`,
    {
      hint: 'name a package, or the whole path of a program or library: --dry-run lists the large ones',
    },
  );
};

/** Why the image is there for a file; `undefined` where it is not. */
const whyIndispensable = (node: Node, { roots, chainTo, isUsed }: Reach): string | undefined => {
  if (!isUsed(node)) return undefined;
  const reason = roots.get(node);
  if (reason !== undefined) return reason;
  const [first, ...others] = chainTo(node);
  return first && first.from === undefined && first.to === node && others.length === 0
    ? 'which it starts by itself'
    : undefined;
};

const indispensable = (name: string, why: string, hint: string): ReslimError =>
  new ReslimError('usage', `--without ${name} leaves out what the image needs: ${toText(why)}`, {
    hint,
  });

const show = (node: Node): string => showPath(pathOf(node));
