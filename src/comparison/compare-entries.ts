import type { AttributeChange, AttributeKind } from '../api/diff.ts';
import { toText } from '../base/byte-path.ts';
import type { Entry } from '../layer/entry.ts';
import { storedContent } from '../layer/file-content.ts';
import type { Layer } from '../layer/layer.ts';
import { readAttributes, type Attributes } from '../layer/tar/read-attributes.ts';
import { typeOf, type Node } from '../tree/node.ts';
import { haveEqualContents } from './equal-contents.ts';

/** The layers of both images. */
export interface BothLayers {
  readonly before: readonly Layer[];
  readonly after: readonly Layer[];
}

/** Finds what differs between two entries of the same path. Headers and contents are read only where entries differ. */
export interface EntryComparer {
  changesBetween(before: Node, after: Node): Promise<AttributeChange[]>;
}

/** Without `times` these are ignored. */
export const compareEntries = (
  layers: BothLayers,
  { times }: { readonly times: boolean },
): EntryComparer => ({
  changesBetween: async (before, after) => {
    const [old, now] = [before.entry, after.entry];
    if (old && now && isSameEntry(old, now, layers)) return [];
    const type = change('type', typeOf(before), typeOf(after));
    if (type.length > 0) return type;
    const headers = await readHeaders(old, now, layers);
    return [
      ...(old && now ? await compareContents(old, now, layers) : []),
      ...change('target', targetOf(old), targetOf(now)),
      ...change('device', headers?.before.device ?? '', headers?.after.device ?? ''),
      ...compareModes(before, after),
      ...change('owner', ownerOf(headers?.before), ownerOf(headers?.after)),
      ...(times && old && now ? change('time', String(old.mtime), String(now.mtime)) : []),
      ...compareXattrs(headers?.before.xattrs, headers?.after.xattrs),
    ];
  },
});

/** Whether two entries are one, or lie at the same place of layers with the same bytes. */
const isSameEntry = (before: Entry, after: Entry, layers: BothLayers): boolean =>
  before === after ||
  (before.offset === after.offset &&
    layers.before[before.layer]?.diffId === layers.after[after.layer]?.diffId);

const change = (what: AttributeKind, before: string, after: string): AttributeChange[] =>
  before === after ? [] : [{ what, before, after }];

const compareContents = async (
  before: Entry,
  after: Entry,
  layers: BothLayers,
): Promise<AttributeChange[]> => {
  if (before.type !== 'file') return [];
  const isEqual =
    before.size === after.size &&
    (before.size === 0 ||
      (await haveEqualContents(
        storedContent((layers.before[before.layer] as Layer).bytes, before),
        storedContent((layers.after[after.layer] as Layer).bytes, after),
      )));
  return isEqual ? [] : [{ what: 'content' }];
};

const targetOf = (entry: Entry | undefined): string =>
  entry?.type === 'symlink' ? toText(entry.linkTarget) : '';

/** What a folder has that no layer has an entry for: runtimes make it so. */
const IMPLIED_MODE = 0o755;

/** The mode of a symlink means nothing, and builders write different ones. */
const compareModes = (before: Node, after: Node): AttributeChange[] =>
  typeOf(after) === 'symlink' ? [] : change('mode', modeOf(before), modeOf(after));

const modeOf = ({ entry }: Node): string =>
  (entry?.mode ?? IMPLIED_MODE).toString(8).padStart(4, '0');

const ownerOf = (attributes: Attributes | undefined): string =>
  attributes ? `${attributes.uid}:${attributes.gid}` : '0:0';

/** What only headers tell, of both entries; `undefined` where the headers are the same, or neither has one. */
const readHeaders = async (
  before: Entry | undefined,
  after: Entry | undefined,
  layers: BothLayers,
): Promise<{ before: Attributes; after: Attributes } | undefined> => {
  const [old, now] = [await headerOf(before, layers.before), await headerOf(after, layers.after)];
  if (old.equals(now)) return undefined;
  return { before: attributesIn(old), after: attributesIn(now) };
};

const headerOf = async (entry: Entry | undefined, layers: readonly Layer[]): Promise<Buffer> => {
  const raw = Buffer.allocUnsafe(entry?.headerSize ?? 0);
  if (entry) await (layers[entry.layer] as Layer).bytes.read(raw, entry.offset);
  return raw;
};

const IMPLIED: Attributes = { uid: 0, gid: 0, device: '0:0', xattrs: new Map() };

const attributesIn = (header: Buffer): Attributes =>
  header.length === 0 ? IMPLIED : readAttributes(header);

const compareXattrs = (
  before: Attributes['xattrs'] = new Map(),
  after: Attributes['xattrs'] = new Map(),
): AttributeChange[] =>
  [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    if (old === now) return [];
    return {
      what: 'attribute' as const,
      name: toText(name),
      ...(isReadable(old) && { before: old }),
      ...(isReadable(now) && { after: now }),
    };
  });

/** Capabilities and the like are numbers that help nobody. */
const isReadable = (value: string | undefined): value is string =>
  value !== undefined && /^[\x20-\x7e]{1,64}$/.test(value);
