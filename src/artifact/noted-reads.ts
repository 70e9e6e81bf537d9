import type { LayerBytes } from '../layer/layer-bytes.ts';
import type { PrefetchedHead } from '../layer/read/prefetch.ts';

/** What is noted, of all layers of an image together. */
export interface ReadBudget {
  /** Bytes that may still be noted. */
  left: number;
  /** The longest read that is noted, in bytes. */
  longest: number;
}

/** A part of a layer, in bytes. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** Bytes of a layer whose reads are noted. */
export interface NotedReads {
  readonly bytes: LayerBytes;
  /** What was read up to now, as spans. */
  readonly spans: () => readonly Span[];
}

/** Notes what is read, for as long as there is a budget. */
export const noteReads = (bytes: LayerBytes, budget: ReadBudget): NotedReads => {
  /** The longest read from each position. */
  const lengths = new Map<number, number>();
  const note = (offset: number, length: number): void => {
    const more = length - (lengths.get(offset) ?? 0);
    if (more <= 0 || more > budget.left || length > budget.longest) return;
    budget.left -= more;
    lengths.set(offset, length);
  };
  return {
    bytes: {
      size: bytes.size,
      read: async (target, position) => {
        note(position, target.length);
        await bytes.read(target, position);
      },
      close: () => bytes.close(),
    },
    spans: () => [...lengths].map(([offset, length]) => ({ offset, length })),
  };
};

/** Reads spans of a layer: in its order, without overlaps. */
export const readSpans = async (
  bytes: LayerBytes,
  spans: readonly Span[],
): Promise<PrefetchedHead[]> => {
  const heads: PrefetchedHead[] = [];
  for (const { offset, length } of joined(spans)) {
    const head = Buffer.allocUnsafeSlow(length);
    await bytes.read(head, offset);
    heads.push({ offset, bytes: head });
  }
  return heads;
};

/**
 * Spans that overlap become one. Those that only touch do not: each is read again as it was, so that bytes which are known
 * piece by piece are enough.
 */
const joined = (spans: readonly Span[]): Span[] => {
  const apart: Span[] = [];
  for (const { offset, length } of [...spans].sort((a, b) => a.offset - b.offset)) {
    const last = apart.at(-1);
    if (last && offset < last.offset + last.length) {
      const end = Math.max(last.offset + last.length, offset + length);
      apart[apart.length - 1] = { offset: last.offset, length: end - last.offset };
    } else apart.push({ offset, length });
  }
  return apart;
};
