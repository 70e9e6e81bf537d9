import { chmod, mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Entry } from '../../src/layer/entry.ts';
import type { LayerBytes } from '../../src/layer/layer-bytes.ts';
import { typeOf, walk, type Node } from '../../src/tree/node.ts';
import type { FactImage, Files } from './fact-image.ts';

/** What lies in a folder, as the files of an image. */
export const filesOfFolder = async (folder: string): Promise<Files> => {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.map(async (each) => {
    const path = join(each.parentPath, each.name);
    const content = each.isDirectory()
      ? null
      : each.isSymbolicLink()
        ? `-> ${await readlink(path)}`
        : await readFile(path);
    return [relative(folder, path), content] as const;
  });
  return Object.fromEntries(await Promise.all(files));
};

/** Writes an image without what is gone into a folder, with new contents of files. All files are programs. */
export const writeImage = async (
  { root, open }: Pick<FactImage, 'root' | 'open'>,
  folder: string,
  isGone: (node: Node) => boolean,
  contents: ReadonlyMap<Entry, LayerBytes>,
): Promise<void> => {
  for (const [path, node] of walk(root)) {
    if (isGone(node)) continue;
    // Names are bytes.
    const target = Buffer.from(join(folder, path), 'latin1');
    if (node.children) await mkdir(target, { recursive: true });
    else if (typeOf(node) === 'symlink')
      await symlink(Buffer.from(node.entry?.linkTarget ?? '', 'latin1'), target);
    else {
      await writeFile(target, await contentOf(node, open, contents));
      await chmod(target, 0o755);
    }
  }
};

const contentOf = async (
  node: Node,
  open: FactImage['open'],
  contents: ReadonlyMap<Entry, LayerBytes>,
): Promise<Buffer> => {
  const changed = node.entry && contents.get(node.entry);
  if (changed) {
    const bytes = Buffer.alloc(changed.size);
    await changed.read(bytes, 0);
    return bytes;
  }
  const file = open(node);
  return (await file?.read(0, file.size)) ?? Buffer.alloc(0);
};
