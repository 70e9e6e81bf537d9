import type { LayerBytes } from '../layer/layer-bytes.ts';
import type { PrefetchedHead } from '../layer/read/prefetch.ts';

/** How many reads are noted, of all layers of an image together. */
export interface ReadBudget {
  left: number;
}

/** A part of a layer, in bytes. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** Bytes of a layer whose reads are noted. */
export interface NotedReads {
  readonly bytes: LayerBytes;
  /** What was read up to now. */
  readonly spans: () => readonly Span[];
}

/** Notes what is read, for as long as there is a budget. */
export const noteReads = (bytes: LayerBytes, budget: ReadBudget): NotedReads => {
  /** The longest read from each position. */
  const lengths = new Map<number, number>();
  return {
    bytes: {
      size: bytes.size,
      read: async (target, position) => {
        const known = lengths.get(position);
        if (budget.left > 0 && target.length > (known ?? 0)) {
          if (known === undefined) budget.left--;
          lengths.set(position, target.length);
        }
        await bytes.read(target, position);
      },
      close: () => bytes.close(),
    },
    spans: () => [...lengths].map(([offset, length]) => ({ offset, length })),
  };
};

/**
 * Reads spans of a layer: in its order, those that touch as one. Each is read by itself, since bytes that are known piece by
 * piece are no reason to read the layer.
 */
export const readSpans = async (
  bytes: LayerBytes,
  spans: readonly Span[],
): Promise<PrefetchedHead[]> => {
  const heads: PrefetchedHead[] = [];
  for (const { offset, length, parts } of joined(spans)) {
    const head = Buffer.allocUnsafeSlow(length);
    for (const part of parts) {
      const from = part.offset - offset;
      await bytes.read(head.subarray(from, from + part.length), part.offset);
    }
    heads.push({ offset, bytes: head });
  }
  return heads;
};

interface JoinedSpan extends Span {
  readonly parts: readonly Span[];
}

const joined = (spans: readonly Span[]): JoinedSpan[] => {
  const apart: { offset: number; length: number; parts: Span[] }[] = [];
  for (const span of [...spans].sort((a, b) => a.offset - b.offset || b.length - a.length)) {
    const last = apart.at(-1);
    const end = last && last.offset + last.length;
    if (!last || end === undefined || span.offset > end) apart.push({ ...span, parts: [span] });
    else if (span.offset + span.length > end) {
      last.parts.push(span);
      last.length = span.offset + span.length - last.offset;
    }
  }
  return apart;
};
