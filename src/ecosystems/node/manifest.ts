import { typeOf, type Node } from '../../tree/node.ts';
import { resolvePath } from '../../tree/resolve.ts';
import { objectOf, parseObject } from '../../base/json.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { readText } from '../../tree/read-text.ts';

/** What a package.json says of other packages and of programs. */
export interface Manifest {
  readonly name: string;
  /** Empty where it has none. */
  readonly version: string;
  readonly dependencies: ReadonlySet<string>;
  /** Optional and peer dependencies: used where they are installed. */
  readonly optional: ReadonlySet<string>;
  readonly devDependencies: ReadonlySet<string>;
  /** Names of its programs. */
  readonly programs: readonly string[];
  readonly scripts: ReadonlyMap<string, string>;
  readonly main: string;
}

export type ReadManifest = (folder: Node) => Promise<Manifest | undefined>;

/** The version in a package.json. */
export const readVersion = async (file: Node, open: OpenFile): Promise<string> =>
  (file.parent && (await readManifest(file.parent, open))?.version) ?? '';

/** Reads the package.json of folders, each once; `undefined` where there is none that can be read. */
export const manifestReader = (open: OpenFile): ReadManifest => {
  const known = new Map<Node, Promise<Manifest | undefined>>();
  return (folder) => {
    const found = known.get(folder) ?? readManifest(folder, open);
    known.set(folder, found);
    return found;
  };
};

const MANIFEST_SIZE = 4 * 1024 * 1024;

const readManifest = async (folder: Node, open: OpenFile): Promise<Manifest | undefined> => {
  const text = await readText(open, folder.children?.get('package.json'), MANIFEST_SIZE);
  if (text === undefined) return undefined;
  const value = parseObject(Buffer.from(text, 'latin1').toString('utf8'));
  if (!value) return undefined;
  const name = typeof value['name'] === 'string' ? value['name'] : '';
  const optional = Object.keys(objectOf(value['optionalDependencies']));
  const { bin } = value;
  return {
    name,
    version: typeof value['version'] === 'string' ? value['version'] : '',
    dependencies: new Set(
      Object.keys(objectOf(value['dependencies'])).filter((each) => !optional.includes(each)),
    ),
    optional: new Set([...optional, ...Object.keys(objectOf(value['peerDependencies']))]),
    devDependencies: new Set(Object.keys(objectOf(value['devDependencies']))),
    programs:
      typeof bin === 'string'
        ? [name.slice(name.lastIndexOf('/') + 1)]
        : Object.keys(objectOf(bin)),
    scripts: new Map(
      Object.entries(objectOf(value['scripts'])).filter(
        (pair): pair is [string, string] => typeof pair[1] === 'string',
      ),
    ),
    main: typeof value['main'] === 'string' ? value['main'] : '',
  };
};

/** An installed package: `link` is its name in `node_modules`, perhaps a symlink, `folder` the package itself. */
export interface Installed {
  readonly link: Node;
  readonly folder: Node;
}

/**
 * Finds a package the way Node does: in the `node_modules` of the folder and of all above it.
 * @see https://nodejs.org/api/modules.html#loading-from-node_modules-folders
 */
export const findInstalled = (root: Node, from: Node, name: string): Installed | undefined => {
  for (let at: Node | undefined = from; at; at = at.parent) {
    const modules = at.name === 'node_modules' ? undefined : at.children?.get('node_modules');
    if (!modules) continue;
    const installed =
      typeOf(modules) === 'symlink' ? resolvePath(root, 'node_modules', at).node : modules;
    const link = name
      .split('/')
      .reduce<Node | undefined>((node, part) => node?.children?.get(part), installed);
    const folder = link && resolvePath(root, link.name, link.parent).node;
    if (link && folder?.children) return { link, folder };
  }
  return undefined;
};

/** Whether a node lies in some `node_modules`. */
export const isInstalled = (node: Node): boolean => {
  for (let at = node.parent; at; at = at.parent) if (at.name === 'node_modules') return true;
  return false;
};
