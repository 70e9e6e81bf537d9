import { toText } from '../base/byte-path.ts';
import { anyOf } from '../ecosystems/any-of.ts';
import type { FoundPackage, PackageSign } from '../ecosystems/found-package.ts';
import { ECOSYSTEMS } from '../ecosystems/known-ecosystems.ts';
import { nodesOf, pathOf, type Node } from '../tree/node.ts';
import type { OpenFile } from '../tree/open-file.ts';

/** Lists the packages of programming languages by what scanners look at: the names of files, mostly. */
export const findLanguagePackages = async (root: Node, open: OpenFile): Promise<FoundPackage[]> => {
  const found: FoundPackage[] = [];
  for (const node of nodesOf(root)) {
    if (node.children || !SIGN_NAME.test(node.name)) continue;
    for (const each of await packagesBy(node, open)) found.push(each);
  }
  return found;
};

/** The same packages, with the versions that are only in the files of the packages. */
export const withVersions = async (
  packages: readonly FoundPackage[],
  open: OpenFile,
): Promise<FoundPackage[]> => {
  const complete: FoundPackage[] = [];
  for (const each of packages) {
    const sign = SIGNS.find(({ type, readVersion }) => type === each.type && readVersion);
    const version = each.version || (await sign?.readVersion?.(each.evidence, open)) || '';
    complete.push({ ...each, version });
  }
  return complete;
};

/** The files of a package, and folders that belong to it with all that is in them. */
export const contentsOf = async (
  found: FoundPackage,
  root: Node,
  open: OpenFile,
): Promise<readonly Node[]> => {
  const sign = SIGNS.find(
    ({ type, nameEnds }) =>
      type === found.type && nameEnds.some((end) => found.evidence.name.endsWith(end)),
  );
  return (await sign?.contents?.(found, root, open)) ?? [found.evidence];
};

const SIGNS = ECOSYSTEMS.flatMap(({ packageSigns = [] }) => packageSigns);

const SIGN_NAME = anyOf(
  SIGNS.flatMap(({ nameEnds }) =>
    nameEnds.map((end) => new RegExp(`${end.replaceAll('.', String.raw`\.`)}$`)),
  ),
);

/** The packages that the first fitting sign sees in a file. */
const packagesBy = async (node: Node, open: OpenFile): Promise<FoundPackage[]> => {
  const path = `/${pathOf(node)}`;
  for (const sign of SIGNS) {
    const match = sign.path.exec(path);
    if (match) return sign.read ? sign.read(node, open) : [foundBy(sign, match, node)];
  }
  return [];
};

const foundBy = (
  { type }: PackageSign,
  [, name = '', version = '']: RegExpExecArray,
  evidence: Node,
): FoundPackage => ({ type, name: toText(name), version: toText(version), evidence });
