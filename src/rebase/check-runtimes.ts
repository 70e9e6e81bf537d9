import { showPath, toText, type BytePath } from '../base/byte-path.ts';
import { isProgram } from '../graph/find-files.ts';
import { nodeAt, nodesOf, pathOf, type Node } from '../tree/node.ts';
import { isBelow, type RebaseCheck } from './swap.ts';

/**
 * Folders for one version of something (`/usr/lib/python3.11`, `/etc/php/8.2`) that the image added to are in the new base as
 * well: what lies in them is looked for by no other version. Of virtual environments the interpreter must be there.
 */
export const checkRuntimes: RebaseCheck = async (
  { before, oldLayers, after, base, own },
  report,
) => {
  const filled = foldersAbove(
    before.tree().nodes.filter((node) => !node.children && isBelow(node, oldLayers)),
  );
  const isLeft = foldersAbove(base.tree().nodes.filter((node) => !node.children));
  const folders = [...foldersAbove(own)].toSorted();
  const gone: BytePath[] = [];
  for (const path of folders) {
    const isVersioned = /\d/.test(path.slice(path.lastIndexOf('/') + 1));
    if (!isVersioned || !filled.has(path) || isLeft.has(path)) continue;
    if (gone.some((folder) => path.startsWith(`${folder}/`))) continue;
    gone.push(path);
    report({
      where: showPath(path),
      message:
        'has files of the image beside those of the old base; the new base has no such folder',
    });
  }
  const { root } = after.tree();
  for (const path of folders) {
    const [, version] = /\/lib\/(python3\.\d+)$/.exec(`/${path}`) ?? [];
    if (version === undefined || gone.some((each) => each === path)) continue;
    if (hasProgram(before.tree().root, version) && !hasProgram(root, version))
      report({
        where: showPath(path),
        message: `is for ${toText(version)}, which the new base does not have`,
      });
  }
};

/** The paths of all folders that files lie in, at any depth. */
const foldersAbove = (files: readonly Node[]): ReadonlySet<BytePath> => {
  const seen = new Set<Node>();
  for (const { parent } of files)
    for (let at = parent; at?.parent && !seen.has(at); at = at.parent) seen.add(at);
  return new Set([...seen].map(pathOf));
};

const hasProgram = (root: Node, name: string): boolean =>
  FOLDERS.some((folder) => {
    const node = nodeAt(root, folder);
    return (
      node !== undefined && nodesOf(node).some((each) => each.name === name && isProgram(each))
    );
  });

/** Where interpreters are installed. */
const FOLDERS = ['usr/bin', 'usr/local/bin', 'bin', 'opt'];
