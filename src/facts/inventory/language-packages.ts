import { toText } from '../../base/byte-path.ts';
import { nodesOf, pathOf, type Node } from '../../tree/node.ts';
import { readText, type OpenFile } from '../read-range.ts';
import { objectOf, parseObject } from '../json.ts';

/** A package as a scanner finds it, by the file that speaks of it. */
export interface FoundPackage {
  readonly type: PackageType;
  /** Text. */
  readonly name: string;
  /** Text; empty where only reading the package itself would tell. */
  readonly version: string;
  readonly evidence: Node;
}

export type PackageType =
  | 'deb'
  | 'apk'
  | 'composer'
  | 'conda'
  | 'gem'
  | 'jar'
  | 'npm'
  | 'nuget'
  | 'python';

/** Lists the packages of programming languages by what scanners look at: the names of files, mostly. */
export const findLanguagePackages = async (root: Node, open: OpenFile): Promise<FoundPackage[]> => {
  const found: FoundPackage[] = [];
  for (const node of nodesOf(root)) {
    if (!SIGN_NAMES.test(node.name)) continue;
    const path = pathOf(node);
    const named = byPath(`/${path}`);
    if (named && !node.children) found.push({ ...named, evidence: node });
    else if (path.endsWith('vendor/composer/installed.json'))
      found.push(...(await readComposer(node, open)));
  }
  return found;
};

const byPath = (path: string): Omit<FoundPackage, 'evidence'> | undefined => {
  for (const { type, pattern } of SIGNS) {
    const [, name, version = ''] = pattern.exec(path) ?? [];
    if (name !== undefined) return { type, name: toText(name), version: toText(version) };
  }
  return undefined;
};

const SIGNS: readonly { readonly type: PackageType; readonly pattern: RegExp }[] = [
  { type: 'npm', pattern: /\/node_modules\/((?:@[^/]+\/)?[^@./][^/]*)\/package\.json$/ },
  { type: 'python', pattern: /\/([^/-]+)-([^/]+)\.dist-info\/METADATA$/ },
  { type: 'python', pattern: /\/([^/-]+)-([^/-]+)(?:-[^/]*)?\.egg-info(?:\/PKG-INFO)?$/ },
  { type: 'gem', pattern: /\/specifications\/(?:default\/)?([^/]+)-(\d[^/]*)\.gemspec$/ },
  { type: 'jar', pattern: /\/([^/]+?)(?:-(\d[^/]*))?\.(?:jar|war|ear|par)$/ },
  { type: 'conda', pattern: /\/conda-meta\/([^/]+)-([^/-]+)-[^/-]+\.json$/ },
  { type: 'nuget', pattern: /\/([^/]+)\.deps\.json$/ },
];

/** How the name of anything ends that a sign or composer's list may be: most files are not looked at further. */
const SIGN_NAMES = /(?:\.json|METADATA|\.egg-info|PKG-INFO|\.gemspec|\.[jwep]ar)$/;

const INSTALLED_SIZE = 64 * 1024 * 1024;

/** @see https://getcomposer.org/doc/07-runtime.md#installed-versions */
const readComposer = async (node: Node, open: OpenFile): Promise<FoundPackage[]> => {
  const text = await readText(open, node, INSTALLED_SIZE);
  const value = parseObject(Buffer.from(text ?? '', 'latin1').toString('utf8'));
  const list = Array.isArray(value?.['packages']) ? (value['packages'] as unknown[]) : [];
  return list.map((each) => {
    const { name, version } = objectOf(each);
    return { type: 'composer', name: String(name), version: String(version), evidence: node };
  });
};
