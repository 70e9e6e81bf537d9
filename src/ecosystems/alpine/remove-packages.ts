import type { Entry } from '../../layer/entry.ts';
import type { LayerBytes } from '../../layer/layer-bytes.ts';
import { nodeAt, type Node } from '../../tree/node.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { editText } from '../edit-text.ts';
import type { Removal } from '../ecosystem.ts';
import type { SystemPackage } from '../system-package.ts';
import { apkDatabase, WORLD } from './files.ts';
import { namesIn, readStanzas } from './stanzas.ts';

/** apk's database and `world` without packages that are taken out. */
export const removeFromApk = async (
  root: Node,
  { packages }: Pick<Removal, 'packages'>,
  open: OpenFile,
): Promise<Map<Entry, LayerBytes>> => {
  const contents = new Map<Entry, LayerBytes>();
  const removed = packages.filter(({ type }) => type === 'apk');
  if (removed.length === 0) return contents;
  const names = new Set(removed.map(({ name }) => name));
  await editText(contents, open, apkDatabase(root), (text) =>
    readStanzas(text)
      .filter(({ fields }) => !names.has(fields.get('P') ?? ''))
      .map((stanza) => `${stanza.text}\n`)
      .join(''),
  );
  await editText(contents, open, nodeAt(root, WORLD), (text) => editWorld(text, removed, names));
  return contents;
};

/**
 * `world` without the packages. A group (`apk add --virtual .build-deps …`) that is removed leaves the
 * packages it asked for that stay in its place, or the next run of apk would remove them.
 */
const editWorld = (
  text: string,
  removed: readonly SystemPackage[],
  names: ReadonlySet<string>,
): string => {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const nameIn = (line: string): string => namesIn(line)[0] ?? '';
  const staying = lines.filter((line) => !names.has(nameIn(line)));
  const going = new Set(lines.map(nameIn).filter((name) => names.has(name)));
  const inherited = [...new Map(removed.map((each) => [each.name, each])).values()]
    .filter(({ name, files }) => going.has(name) && files.length === 0)
    .flatMap(({ depends }) => depends.flat())
    .filter((name) => !names.has(name) && !name.includes(':'));
  return [...new Set([...staying, ...inherited])]
    .sort()
    .map((line) => `${line}\n`)
    .join('');
};
