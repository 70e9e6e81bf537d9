import { createHash } from 'node:crypto';
import type { Entry } from '../layer/entry.ts';
import { fileContent } from '../layer/file-content.ts';
import type { Layer } from '../layer/layer.ts';
import { readAttributes } from '../layer/tar/read-attributes.ts';

/** Reads what the index of layers leaves out, and reads nothing twice. */
export interface Contents {
  /** Equal for files with equal contents, and only for them. */
  digestOf(entry: Entry): Promise<string>;
  /** What differs between two entries beside contents: `owner`, `mode`, `time`, `attributes`. */
  changesBetween(before: Entry, after: Entry): Promise<string[]>;
}

/** Bytes in memory at a time. */
const STEP = 1024 * 1024;

export const openContents = (layers: readonly Layer[]): Contents => {
  const digests = new Map<Entry, string>();
  const piece = Buffer.allocUnsafeSlow(STEP);
  const digest = async (entry: Entry): Promise<string> => {
    const { bytes } = layers[entry.layer] as Layer;
    const content = fileContent(bytes, entry);
    // The map of a sparse file of a PAX archive is part of what its layer stores.
    const { size, read } = content ?? {
      size: entry.headerSize + entry.bodySize,
      read: (target: Buffer, position: number) => bytes.read(target, entry.offset + position),
    };
    const hash = createHash('sha256');
    for (let at = 0; at < size; at += STEP) {
      const part = piece.subarray(0, Math.min(STEP, size - at));
      await read(part, at);
      hash.update(part);
    }
    return hash.digest('base64');
  };
  const attributes = async (entry: Entry) => {
    const raw = Buffer.allocUnsafe(entry.headerSize);
    await (layers[entry.layer] as Layer).bytes.read(raw, entry.offset);
    const { uid, gid, xattrs } = readAttributes(raw);
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
