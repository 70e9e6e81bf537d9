import type { Node } from '../../tree/node.ts';
import { readText } from '../../tree/read-text.ts';
import { resolvePath } from '../../tree/resolve.ts';
import type { PackageContents } from '../found-package.ts';

/**
 * What an installer wrote down for a package: `RECORD` of a wheel, with paths from the folder around it, or
 * `installed-files.txt` of setuptools, with paths from its own. Without either, the modules that
 * `top_level.txt` names.
 * @see https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file
 */
export const installedFiles: PackageContents = async ({ evidence }, root, open) => {
  const info = evidence.children || !isInfo(evidence.parent) ? evidence : (evidence.parent as Node);
  const around = info.parent ?? root;
  const read = (name: string): Promise<string | undefined> =>
    readText(open, info.children?.get(name), RECORD_SIZE);
  const find = (path: string, from: Node): Node[] => {
    const { node } = resolvePath(root, path, from);
    return node ? [node] : [];
  };
  const record = await read('RECORD');
  if (record !== undefined) return pathsOf(record).flatMap((path) => find(path, around));
  const list = await read('installed-files.txt');
  if (list !== undefined) return [info, ...linesOf(list).flatMap((path) => find(path, info))];
  const modules = linesOf((await read('top_level.txt')) ?? '');
  return [
    info,
    ...modules.flatMap((name) => [...find(name, around), ...find(`${name}.py`, around)]),
  ];
};

/** TensorFlow's has 4 MB. */
const RECORD_SIZE = 64 * 1024 * 1024;

const isInfo = (folder: Node | undefined): boolean =>
  folder !== undefined && /\.(dist|egg)-info$/.test(folder.name);

const linesOf = (text: string): string[] => text.split(/\r?\n/).filter((line) => line !== '');

/** The first field of each line; one with a comma is quoted. */
const pathsOf = (record: string): string[] =>
  linesOf(record).map((line) =>
    line.startsWith('"')
      ? line.slice(1, line.search(/"(,|$)/)).replaceAll('""', '"')
      : (line.split(',', 1)[0] as string),
  );
