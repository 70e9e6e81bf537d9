import { countUpTo } from '../../base/count-up-to.ts';
import type { Entry } from '../entry.ts';

/** The first bytes of a file, kept in memory while its layer is not. */
export interface PrefetchedHead {
  /** Where the bytes lie in the decompressed layer. */
  readonly offset: number;
  readonly bytes: Buffer;
}

/** How many bytes of a file, from its first, are kept in memory while its layer is read; 0 for none. */
export type Prefetch = (entry: Entry) => number;

/** Memory that a head takes beside its bytes. */
const OVERHEAD = 256;

/** Keeps no more than `size` bytes in all, overhead included. Sparse files are left out. */
export const prefetchWithin = (size: number, prefetch: Prefetch): Prefetch => {
  let left = size;
  return (entry) => {
    if (entry.type !== 'file' || entry.size !== entry.bodySize) return 0;
    const wanted = Math.min(prefetch(entry), entry.bodySize);
    if (wanted === 0 || wanted + OVERHEAD > left) return 0;
    left -= wanted + OVERHEAD;
    return wanted;
  };
};

/** Collects heads while a layer is read: `addEntry` for each entry of a chunk, then `addChunk`. */
export const collectHeads = (prefetch: Prefetch) => {
  const heads: PrefetchedHead[] = [];
  let filled = 0;
  return {
    heads: heads as readonly PrefetchedHead[],
    addEntry: (entry: Entry): void => {
      const size = prefetch(entry);
      if (size > 0) heads.push({ offset: bodyOffset(entry), bytes: Buffer.allocUnsafeSlow(size) });
    },
    /** `start` is where the chunk begins in the layer. */
    addChunk: (chunk: Buffer, start: number): void => {
      const end = start + chunk.length;
      for (let next = heads[filled]; next; next = heads[++filled]) {
        const { offset, bytes } = next;
        const from = Math.max(offset, start);
        if (from < end) chunk.copy(bytes, from - offset, from - start);
        if (offset + bytes.length > end) return;
      }
    },
  };
};

/** The heads kept by an earlier run that this run needs as well. */
export const wantedHeads = (
  heads: readonly PrefetchedHead[],
  entries: readonly Entry[],
  prefetch: Prefetch,
): PrefetchedHead[] => {
  const byOffset = new Map(heads.map((head) => [head.offset, head]));
  return entries.flatMap((entry) => {
    const head = byOffset.get(bodyOffset(entry));
    return head && prefetch(entry) > 0 ? head : [];
  });
};

/** Fills `target` when one of the heads, which are in the order of the layer, holds all of it. */
export const readFromHeads = (
  heads: readonly PrefetchedHead[],
  target: Buffer,
  position: number,
): boolean => {
  const before = countUpTo(heads, position, (head) => head.offset);
  const { offset = 0, bytes } = heads[before - 1] ?? {};
  const from = position - offset;
  if (!bytes || from + target.length > bytes.length) return false;
  bytes.copy(target, 0, from, from + target.length);
  return true;
};

const bodyOffset = ({ offset, headerSize }: Entry): number => offset + headerSize;
