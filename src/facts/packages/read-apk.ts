import { nodeAt, type Node } from '../../tree/node.ts';
import { readText, type OpenFile } from '../read-range.ts';
import { locator } from './locate.ts';
import { DATABASE_SIZE } from './read-dpkg.ts';
import type { SystemPackage } from './system-package.ts';

/** Where apk keeps its database; newer releases use the second. */
export const APK_DATABASES: readonly string[] = [
  'lib/apk/db/installed',
  'usr/lib/apk/db/installed',
];
export const APK_WORLD = 'etc/apk/world';

/**
 * Reads apk's database: a stanza for each package, a letter for each field.
 * @see https://wiki.alpinelinux.org/wiki/Apk_spec
 */
export const readApk = async (root: Node, open: OpenFile): Promise<SystemPackage[]> => {
  const text = await readText(open, apkDatabase(root), DATABASE_SIZE);
  if (text === undefined) return [];
  const locate = locator(root);
  const world = new Set(
    worldNames((await readText(open, nodeAt(root, APK_WORLD), DATABASE_SIZE)) ?? ''),
  );
  return readStanzas(text).map(({ fields, paths }) => {
    const nodes = paths.flatMap((path) => locate(path) ?? []).filter(({ parent }) => parent);
    const name = fields.get('P') ?? '';
    return {
      manager: 'apk' as const,
      name,
      version: fields.get('V') ?? '',
      architecture: fields.get('A') ?? '',
      files: nodes.filter(({ children }) => !children),
      folders: nodes.filter(({ children }) => children),
      records: [],
      depends: namesOf(fields.get('D')).map((each) => [each]),
      recommends: [],
      provides: namesOf(fields.get('p')),
      isVital: VITAL.has(name),
      isAutomatic: !world.has(name),
      isDiverting: false,
    };
  });
};

export const apkDatabase = (root: Node): Node | undefined =>
  APK_DATABASES.map((path) => nodeAt(root, path)).find((node) => node && !node.children);

/** Names of a `world` file: with versions, tags and repositories cut off. */
export const worldNames = (text: string): string[] => namesOf(text.replaceAll('\n', ' '));

export interface Stanza {
  /** With its last line break, without the empty line after it. */
  readonly text: string;
  readonly fields: ReadonlyMap<string, string>;
  /** Folders and files it owns, without a leading slash. */
  readonly paths: readonly string[];
}

export const readStanzas = (text: string): Stanza[] =>
  text
    .split(/\n\n+/)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const fields = new Map<string, string>();
      const paths: string[] = [];
      let folder = '';
      for (const line of part.split('\n')) {
        const [key, value] = [line.slice(0, 1), line.slice(2)];
        if (key === 'F') {
          folder = value;
          if (value !== '') paths.push(value);
        } else if (key === 'R') paths.push(folder === '' ? value : `${folder}/${value}`);
        else if (!fields.has(key)) fields.set(key, value);
      }
      return { text: part.endsWith('\n') ? part : `${part}\n`, fields, paths };
    });

/** Names without versions; conflicts (`!x`) are no names. */
const namesOf = (field: string | undefined): string[] =>
  (field ?? '')
    .split(/\s+/)
    .map((each) => each.replace(/[<>=~@].*$/, ''))
    .filter((name) => name !== '' && !name.startsWith('!'));

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
