import type { FoundPackage } from '../ecosystems/found-package.ts';
import { ECOSYSTEMS, isSystemType } from '../ecosystems/known-ecosystems.ts';
import type { Entry } from '../layer/entry.ts';
import type { LayerBytes } from '../layer/layer-bytes.ts';
import type { Node } from '../tree/node.ts';
import type { OpenFile } from '../tree/open-file.ts';
import { findLanguagePackages } from './language-packages.ts';

/** Every package a scanner would list. */
export type Inventory = readonly FoundPackage[];

/** Lists what scanners find in the tree: distribution packages by their databases, others by their files. */
export const takeInventory = async (root: Node, open: OpenFile): Promise<Inventory> => [
  ...(await databasePackages(root, open)),
  ...(await findLanguagePackages(root, open)),
];

/**
 * What scanners will find in the new image: without the files that are removed, and with the new
 * contents of package databases.
 */
export const inventoryAfter = async (
  root: Node,
  before: Inventory,
  {
    isGone,
    contents,
    open,
  }: {
    readonly isGone: (node: Node) => boolean;
    readonly contents: ReadonlyMap<Entry, LayerBytes>;
    readonly open: OpenFile;
  },
): Promise<Inventory> => {
  const openNew: OpenFile = (node) => {
    if (isGone(node)) return undefined;
    const content = node.entry && contents.get(node.entry);
    return content ? { size: content.size, read: readerOf(content) } : open(node);
  };
  const languages = before.filter(({ type, evidence }) => !isSystemType(type) && !isGone(evidence));
  return [...(await databasePackages(root, openNew)), ...languages];
};

const readerOf =
  (content: LayerBytes) =>
  async (offset: number, length: number): Promise<Buffer> => {
    const target = Buffer.alloc(length);
    await content.read(target, offset);
    return target;
  };

const databasePackages = async (root: Node, open: OpenFile): Promise<FoundPackage[]> => {
  const lists: FoundPackage[][] = [];
  for (const { packageDatabase } of ECOSYSTEMS)
    lists.push((await packageDatabase?.listPackages(root, open)) ?? []);
  return lists.flat();
};
