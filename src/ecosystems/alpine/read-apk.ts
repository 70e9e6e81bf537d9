import { nodeAt, type Node } from '../../tree/node.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { readText } from '../../tree/read-text.ts';
import { locator } from '../locate-paths.ts';
import { DATABASE_SIZE, type SystemPackage } from '../system-package.ts';
import { apkDatabase, WORLD } from './files.ts';
import { namesIn, readStanzas } from './stanzas.ts';

/** Reads apk's database. Packages that `world` does not name were installed as dependencies of others. */
export const readApk = async (root: Node, open: OpenFile): Promise<SystemPackage[]> => {
  const text = await readText(open, apkDatabase(root), DATABASE_SIZE);
  if (text === undefined) return [];
  const locate = locator(root);
  const world = new Set(namesIn((await readText(open, nodeAt(root, WORLD), DATABASE_SIZE)) ?? ''));
  return readStanzas(text).map(({ fields, paths }) => {
    const nodes = paths.flatMap((path) => locate(path) ?? []).filter(({ parent }) => parent);
    const name = fields.get('P') ?? '';
    return {
      type: 'apk',
      name,
      version: fields.get('V') ?? '',
      architecture: fields.get('A') ?? '',
      files: nodes.filter(({ children }) => !children),
      folders: nodes.filter(({ children }) => children),
      hasFullList: true,
      records: [],
      depends: namesIn(fields.get('D') ?? '').map((each) => [each]),
      recommends: [],
      installIf: namesIn(fields.get('i') ?? ''),
      provides: namesIn(fields.get('p') ?? ''),
      isVital: VITAL.has(name),
      isAutomatic: !world.has(name),
      isDiverting: false,
    };
  });
};

/** apk has no mark for what a system cannot do without. */
const VITAL = new Set([
  'alpine-baselayout',
  'alpine-baselayout-data',
  'alpine-base',
  'alpine-keys',
  'alpine-release',
  'wolfi-base',
  'wolfi-baselayout',
  'wolfi-keys',
  'apk-tools',
  'busybox',
  'busybox-binsh',
  'musl',
  'musl-utils',
  'libc-utils',
  'glibc',
  'ld-linux',
  'ca-certificates-bundle',
]);
