import type { Entry } from '../../layer/entry.ts';
import type { LayerBytes } from '../../layer/layer-bytes.ts';
import { nodeAt, type Node } from '../../tree/node.ts';
import { bytesInMemory } from '../bytes-in-memory.ts';
import { readText, type OpenFile } from '../read-range.ts';
import { readParagraphs, writeParagraphs } from './deb822.ts';
import { APK_WORLD, apkDatabase, readStanzas, worldNames } from './read-apk.ts';
import { DATABASE_SIZE, DPKG, EXTENDED_STATES } from './read-dpkg.ts';
import type { SystemPackage } from './system-package.ts';

/**
 * New contents of the databases without the packages that are taken out, so that package managers and
 * scanners see what is there. Their own records (`info/NAME.list`) are nodes, and go as such.
 */
export const forgetPackages = async (
  root: Node,
  removed: Iterable<SystemPackage>,
  open: OpenFile,
): Promise<Map<Entry, LayerBytes>> => {
  const gone = [...removed];
  const names = new Set(
    gone.flatMap(({ manager, name, architecture }) => [
      `${manager} ${name}`,
      `${manager} ${name} ${architecture}`,
    ]),
  );
  /** apt notes packages for all machines under the machine's own name. */
  const forAll = new Set(
    gone.flatMap(({ name, architecture }) => (architecture === 'all' ? [name] : [])),
  );
  const isGone = (manager: SystemPackage['manager'], name: string, architecture?: string) =>
    architecture === undefined
      ? names.has(`${manager} ${name}`)
      : names.has(`${manager} ${name} ${architecture}`) || forAll.has(name);
  const contents = new Map<Entry, LayerBytes>();
  const edit = async (node: Node | undefined, change: (text: string) => string): Promise<void> => {
    const text = await readText(open, node, DATABASE_SIZE);
    if (text === undefined || !node?.entry) return;
    const changed = change(text);
    if (changed !== text) contents.set(node.entry, bytesInMemory(Buffer.from(changed, 'latin1')));
  };
  const withoutGone = (text: string): string =>
    writeParagraphs(
      readParagraphs(text).filter(
        ({ fields }) =>
          !isGone('dpkg', fields.get('package') ?? '', fields.get('architecture') ?? ''),
      ),
    );

  if (gone.some(({ manager }) => manager === 'dpkg')) {
    await edit(nodeAt(root, `${DPKG}/status`), withoutGone);
    await edit(nodeAt(root, EXTENDED_STATES), withoutGone);
    for (const node of nodeAt(root, `${DPKG}/triggers`)?.children?.values() ?? [])
      await edit(node, (text) => withoutTriggers(text, (name) => isGone('dpkg', name)));
  }
  if (gone.some(({ manager }) => manager === 'apk')) {
    await edit(apkDatabase(root), (text) =>
      readStanzas(text)
        .filter(({ fields }) => !isGone('apk', fields.get('P') ?? ''))
        .map((stanza) => `${stanza.text}\n`)
        .join(''),
    );
    await edit(nodeAt(root, APK_WORLD), (text) => withoutWishes(text, gone));
  }
  return contents;
};

/** Lines are a package, or a path and a package, each perhaps with `/noawait` or an architecture. */
const withoutTriggers = (text: string, isGone: (name: string) => boolean): string =>
  text
    .split('\n')
    .filter((line) => !isGone((line.split(' ').at(-1) as string).replace(/[/:].*$/, '')))
    .join('\n');

/**
 * What the administrator wished for. A group (`apk add --virtual .build-deps …`) that goes hands its
 * wishes on for what stays, or apk would take that at its next run.
 */
const withoutWishes = (text: string, gone: readonly SystemPackage[]): string => {
  const names = new Set(gone.map(({ name }) => name));
  const wishes = text.split('\n').filter((line) => line.trim() !== '');
  const staying = wishes.filter((line) => !names.has(worldNames(line)[0] ?? ''));
  const left = wishes.filter((line) => names.has(worldNames(line)[0] ?? ''));
  const groups = new Map(gone.map((each) => [each.name, each]));
  const handedOn = left.flatMap((line) => {
    const each = groups.get(worldNames(line)[0] ?? '');
    const group = each?.files.length === 0 ? each : undefined;
    return (group?.depends.flat() ?? []).filter((name) => !names.has(name) && !name.includes(':'));
  });
  return [...new Set([...staying, ...handedOn])]
    .sort()
    .map((line) => `${line}\n`)
    .join('');
};
