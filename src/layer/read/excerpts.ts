import type { Entry } from '../entry.ts';

/** The beginning of a body, at hand though the layer is not. */
export interface Excerpt {
  /** Where it lies in the decompressed layer. */
  readonly offset: number;
  readonly bytes: Buffer;
}

/** How many bytes of a body, from its first, will be read whatever comes; 0 where nobody knows. */
export type Foresee = (entry: Entry) => number;

/** What somebody pays for each excerpt beside its bytes. */
const OVERHEAD = 256;

/** Foresees no more than `size` bytes in all, overhead included. */
export const foreseeWithin = (size: number, foresee: Foresee): Foresee => {
  let left = size;
  return (entry) => {
    if (entry.type !== 'file' || entry.size !== entry.bodySize) return 0;
    const wanted = Math.min(foresee(entry), entry.bodySize);
    if (wanted === 0 || wanted + OVERHEAD > left) return 0;
    left -= wanted + OVERHEAD;
    return wanted;
  };
};

/** Takes excerpts while a layer passes by: first see the entries of a chunk, then take from it. */
export const takeExcerpts = (foresee: Foresee) => {
  const excerpts: Excerpt[] = [];
  let whole = 0;
  return {
    excerpts: excerpts as readonly Excerpt[],
    see: (entry: Entry): void => {
      const size = foresee(entry);
      if (size > 0) excerpts.push({ offset: bodyOf(entry), bytes: Buffer.allocUnsafeSlow(size) });
    },
    /** `start` is where the chunk begins in the layer. */
    take: (chunk: Buffer, start: number): void => {
      const end = start + chunk.length;
      for (let next = excerpts[whole]; next; next = excerpts[++whole]) {
        const { offset, bytes } = next;
        const from = Math.max(offset, start);
        if (from < end) chunk.copy(bytes, from - offset, from - start);
        if (offset + bytes.length > end) return;
      }
    },
  };
};

/** Those of an earlier run that are foreseen in this one, too. */
export const foreseenAgain = (
  excerpts: readonly Excerpt[],
  entries: readonly Entry[],
  foresee: Foresee,
): Excerpt[] => {
  const byOffset = new Map(excerpts.map((each) => [each.offset, each]));
  return entries.flatMap((entry) => {
    const excerpt = byOffset.get(bodyOf(entry));
    return excerpt && foresee(entry) > 0 ? excerpt : [];
  });
};

/** Fills `target` when one of the excerpts, in the order of the layer, has all of it. */
export const readExcerpt = (
  excerpts: readonly Excerpt[],
  target: Buffer,
  position: number,
): boolean => {
  let low = 0;
  let high = excerpts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((excerpts[middle] as Excerpt).offset <= position) low = middle + 1;
    else high = middle;
  }
  const { offset = 0, bytes } = excerpts[low - 1] ?? {};
  const from = position - offset;
  if (!bytes || from + target.length > bytes.length) return false;
  bytes.copy(target, 0, from, from + target.length);
  return true;
};

const bodyOf = ({ offset, headerSize }: Entry): number => offset + headerSize;
