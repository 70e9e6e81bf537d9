import { resolvePath } from '../../tree/resolve.ts';
import { nodeAt, typeOf, type Node } from '../../tree/node.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { readText } from '../../tree/read-text.ts';
import { locator } from '../locate-paths.ts';
import { DATABASE_SIZE, type SystemPackage } from '../system-package.ts';
import { readParagraphs, type Paragraph } from './deb822.ts';
import { placeOf, readDiversions } from './diversions.ts';
import { databaseTooLarge, DPKG, EXTENDED_STATES, isStatusFile } from './files.ts';

/**
 * Reads dpkg's database: `status` with `info/*.list`, or the one file per package in `status.d` of
 * distroless images. Packages that are removed but configured, or half-installed, are not listed.
 * @see https://manpages.debian.org/bookworm/dpkg/dpkg-query.1.en.html
 */
export const readDpkg = async (root: Node, open: OpenFile): Promise<SystemPackage[]> => {
  const status = await readText(open, nodeAt(root, `${DPKG}/status`), DATABASE_SIZE);
  const packages = status === undefined ? [] : await readStatus(root, open, status);
  return [...packages, ...(await readStatusFolder(root, open))];
};

/** Debian has fewer packages. */
const MAX_PACKAGES = 100_000;

const readStatus = async (root: Node, open: OpenFile, status: string): Promise<SystemPackage[]> => {
  const locate = locator(root);
  const locateFolder = folderLocator(root);
  const diversions = await readDiversions(root, open);
  const automatic = await readAutomatic(root, open);
  const records = recordsByPackage(root);
  const diverting = new Set([...diversions.values()].map(({ by }) => by));
  const packages: SystemPackage[] = [];
  const seen = new Set<string>();
  let listed = 0;
  for (const { fields } of readParagraphs(status)) {
    if (fields.get('status')?.endsWith(' installed') !== true) continue;
    const name = fields.get('package') ?? '';
    const architecture = fields.get('architecture') ?? '';
    if (seen.has(`${name}:${architecture}`)) continue;
    seen.add(`${name}:${architecture}`);
    const own = records.get(`${name}:${architecture}`) ?? records.get(name) ?? [];
    const list = own.find((node) => node.name.endsWith('.list'));
    const read = await readText(open, list, DATABASE_SIZE);
    const text = read ?? '';
    listed += text.length;
    if (listed > DATABASE_SIZE || seen.size > MAX_PACKAGES) throw databaseTooLarge();
    const paths = text.split('\n');
    let parents: Set<string> | undefined;
    const isFolder = (path: string): boolean => {
      parents ??= new Set(paths.map((each) => each.slice(0, each.lastIndexOf('/'))));
      return parents.has(path);
    };
    const files: Node[] = [];
    const folders: Node[] = [];
    for (const path of paths) {
      const place = placeOf(path, name, diversions);
      let node = locate(place);
      // The package's folder may have become a symlink to a folder, which the package does not own.
      const isSure = node && place === path && typeOf(node) !== 'symlink';
      if (!isSure && isFolder(path)) node = locateFolder(path);
      if (path !== '' && node?.parent) (node.children ? folders : files).push(node);
    }
    packages.push({
      ...describe(fields),
      files,
      folders,
      hasFullList: read !== undefined,
      records: own,
      isAutomatic: automatic.has(`${name}:${architecture}`) || automatic.has(name),
      isDiverting: diverting.has(name),
    });
  }
  return packages;
};

/** Most packages list the same folders. */
const folderLocator = (root: Node): ((path: string) => Node | undefined) => {
  const known = new Map<string, Node | undefined>();
  return (path) => {
    if (!known.has(path)) known.set(path, resolvePath(root, path).node);
    return known.get(path);
  };
};

/** What a paragraph says, in `status` and in `status.d`. */
const describe = (fields: Paragraph['fields']) => ({
  type: 'deb' as const,
  name: fields.get('package') ?? '',
  version: fields.get('version') ?? '',
  architecture: fields.get('architecture') ?? '',
  depends: ['depends', 'pre-depends'].flatMap((field) => readRelations(fields.get(field))),
  recommends: readRelations(fields.get('recommends')),
  provides: readRelations(fields.get('provides')).flat(),
  isVital:
    fields.get('essential') === 'yes' ||
    fields.get('protected') === 'yes' ||
    fields.get('priority') === 'required',
});

/** `a (>= 1) | b:any, c` becomes `[[a, b], [c]]`: versions were checked when the packages were installed. */
const readRelations = (field: string | undefined): string[][] =>
  (field ?? '')
    .split(',')
    .map((group) =>
      group
        .split('|')
        .map((each) => each.replace(/[(:[<].*$/s, '').trim())
        .filter((name) => name !== ''),
    )
    .filter((group) => group.length > 0);

/** Files in `info/` by their name up to the last dot: the package, with its architecture if several can be installed. */
const recordsByPackage = (root: Node): Map<string, Node[]> => {
  const records = new Map<string, Node[]>();
  for (const node of nodeAt(root, `${DPKG}/info`)?.children?.values() ?? []) {
    const key = node.name.slice(0, Math.max(0, node.name.lastIndexOf('.')));
    const others = records.get(key);
    if (others) others.push(node);
    else records.set(key, [node]);
  }
  return records;
};

/** Packages that apt installed as dependencies of others, as `name:architecture`. */
const readAutomatic = async (root: Node, open: OpenFile): Promise<Set<string>> => {
  const text = await readText(open, nodeAt(root, EXTENDED_STATES), DATABASE_SIZE);
  return new Set(
    readParagraphs(text ?? '')
      .filter(({ fields }) => fields.get('auto-installed') === '1')
      .flatMap(({ fields }) => [
        `${fields.get('package')}:${fields.get('architecture')}`,
        // apt lists packages for all architectures under the machine's own.
        fields.get('package') ?? '',
      ]),
  );
};

/** Of distroless images: a file for each paragraph, with the paths of the package in `NAME.md5sums` beside it. */
const readStatusFolder = async (root: Node, open: OpenFile): Promise<SystemPackage[]> => {
  const folder = nodeAt(root, `${DPKG}/status.d`);
  const packages: SystemPackage[] = [];
  for (const node of folder?.children?.values() ?? []) {
    if (!isStatusFile(node)) continue;
    const [paragraph] = readParagraphs((await readText(open, node, DATABASE_SIZE)) ?? '');
    if (!paragraph?.fields.has('package')) continue;
    const sums = folder?.children?.get(`${node.name}.md5sums`);
    const files = ((await readText(open, sums, DATABASE_SIZE)) ?? '')
      .split('\n')
      .flatMap((line) => {
        const path = line.replace(/^[0-9a-f]{32}\s+/, '');
        const found = path === '' ? undefined : resolvePath(root, path).node;
        return found && !found.children ? [found] : [];
      });
    packages.push({
      ...describe(paragraph.fields),
      files,
      folders: [],
      hasFullList: false,
      records: sums ? [node, sums] : [node],
      isAutomatic: false,
      isDiverting: false,
    });
  }
  return packages;
};
