import { toText } from '../../base/byte-path.ts';
import type { Entry } from '../../layer/entry.ts';
import type { LayerBytes } from '../../layer/layer-bytes.ts';
import { nodeAt, type Node } from '../../tree/node.ts';
import { readParagraphs } from '../packages/deb822.ts';
import { apkDatabase, readStanzas } from '../packages/read-apk.ts';
import { DATABASE_SIZE, DPKG } from '../packages/read-dpkg.ts';
import type { OpenFile } from '../read-range.ts';
import { readText } from '../read-range.ts';
import { findLanguagePackages, type FoundPackage, type PackageType } from './language-packages.ts';

/** Every package a scanner would list. */
export type Inventory = readonly FoundPackage[];

/** Lists what scanners find in the tree: distribution packages by their databases, others by their files. */
export const takeInventory = async (root: Node, open: OpenFile): Promise<Inventory> => [
  ...(await databasePackages(root, open)),
  ...(await findLanguagePackages(root, open)),
];

/**
 * The same of the image to be: without what is gone, and with new contents of databases read as a
 * scanner will read them.
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
  const languages = before.filter(({ type, evidence }) => !isDatabase(type) && !isGone(evidence));
  return [...(await databasePackages(root, openNew)), ...languages];
};

const readerOf =
  (content: LayerBytes) =>
  async (offset: number, length: number): Promise<Buffer> => {
    const target = Buffer.alloc(length);
    await content.read(target, offset);
    return target;
  };

const isDatabase = (type: PackageType): boolean => type === 'deb' || type === 'apk';

const databasePackages = async (root: Node, open: OpenFile): Promise<FoundPackage[]> => {
  const found: FoundPackage[] = [];
  const add = (type: PackageType, evidence: Node, name = '', version = ''): void => {
    if (name !== '') found.push({ type, name: toText(name), version: toText(version), evidence });
  };
  const folder = nodeAt(root, `${DPKG}/status.d`)?.children?.values() ?? [];
  for (const node of [nodeAt(root, `${DPKG}/status`), ...folder]) {
    if (!node || node.children || /\.(md5sums|list)$/.test(node.name)) continue;
    for (const { fields } of readParagraphs((await readText(open, node, DATABASE_SIZE)) ?? '')) {
      const state = fields.get('status');
      if (state === undefined || state.endsWith(' installed'))
        add('deb', node, fields.get('package'), fields.get('version'));
    }
  }
  const apk = apkDatabase(root);
  if (apk)
    for (const { fields } of readStanzas((await readText(open, apk, DATABASE_SIZE)) ?? ''))
      add('apk', apk, fields.get('P'), fields.get('V'));
  return found;
};
