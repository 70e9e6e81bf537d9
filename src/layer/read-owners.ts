import type { Entry } from './entry.ts';
import type { Layer } from './layer.ts';
import { readAttributes } from './tar/read-attributes.ts';

/** Who owns a file. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Bytes of a layer that are read at once: headers of small files lie close to each other. */
const WINDOW = 256 * 1024;
/** A body that is larger is passed over. */
const MAX_GAP = 32 * 1024;

/** Reads who owns each entry of a layer, which its index leaves out. */
export const readOwners = async ({ entries, bytes }: Layer): Promise<Map<Entry, Owner>> => {
  const owners = new Map<Entry, Owner>();
  const ordered = [...entries].sort((a, b) => a.offset - b.offset);
  for (let at = 0; at < ordered.length;) {
    const next = endOfRun(ordered, at);
    const start = (ordered[at] as Entry).offset;
    const window = Buffer.allocUnsafe(headerEnd(ordered[next - 1] as Entry) - start);
    await bytes.read(window, start);
    for (const entry of ordered.slice(at, next)) {
      const { uid, gid } = readAttributes(
        window.subarray(entry.offset - start, headerEnd(entry) - start),
      );
      owners.set(entry, { uid, gid });
    }
    at = next;
  }
  return owners;
};

/** The place after the last entry whose headers are read together with those of the entry at `first`. */
const endOfRun = (entries: readonly Entry[], first: number): number => {
  const start = (entries[first] as Entry).offset;
  let last = entries[first] as Entry;
  for (let at = first + 1; at < entries.length; at++) {
    const entry = entries[at] as Entry;
    if (entry.offset - headerEnd(last) > MAX_GAP || headerEnd(entry) - start > WINDOW) return at;
    last = entry;
  }
  return entries.length;
};

const headerEnd = ({ offset, headerSize }: Entry): number => offset + headerSize;
