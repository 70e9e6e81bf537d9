import { attributesOf } from '../layer/attributes-of.ts';
import type { Entry } from '../layer/entry.ts';
import { storedContent } from '../layer/file-content.ts';
import type { Layer } from '../layer/layer.ts';
import { digestOfBytes } from '../layer/layer-bytes.ts';

/** Reads what the index of layers leaves out, and reads nothing twice. */
export interface Contents {
  /** Equal for files with equal contents, and only for them. */
  digestOf(entry: Entry): Promise<string>;
  /** What differs between two entries beside contents: `owner`, `mode`, `time`, `attributes`. */
  changesBetween(before: Entry, after: Entry): Promise<string[]>;
}

export const openContents = (layers: readonly Layer[]): Contents => {
  const digests = new Map<Entry, string>();
  const digest = (entry: Entry): Promise<string> => {
    const { bytes } = layers[entry.layer] as Layer;
    return digestOfBytes(storedContent(bytes, entry), 'sha256');
  };
  const attributes = async (entry: Entry) => {
    const { uid, gid, xattrs } = await attributesOf(entry, layers);
    const listed = [...xattrs].sort(([a], [b]) => (a < b ? -1 : 1));
    return { owner: `${uid}:${gid}`, xattrs: JSON.stringify(listed) };
  };
  return {
    digestOf: async (entry) => {
      const known = digests.get(entry) ?? (await digest(entry));
      digests.set(entry, known);
      return known;
    },
    changesBetween: async (before, after) => {
      const [old, now] = [await attributes(before), await attributes(after)];
      return [
        ...(old.owner === now.owner ? [] : ['owner']),
        ...(before.mode === after.mode ? [] : ['mode']),
        ...(before.mtime === after.mtime ? [] : ['time']),
        ...(old.xattrs === now.xattrs ? [] : ['attributes']),
      ];
    },
  };
};
