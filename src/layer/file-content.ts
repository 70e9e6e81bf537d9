import { countUpTo } from '../base/count-up-to.ts';
import type { Entry } from './entry.ts';
import type { LayerBytes } from './layer-bytes.ts';
import { gnuMapOf, type Span } from './tar/sparse.ts';

/**
 * What a container would read from a file. `undefined` for a sparse file of a PAX archive, whose holes only a
 * runtime fills. `layer` are the bytes of the entry's layer, and stay open when the content is closed.
 */
export const fileContent = (layer: LayerBytes, entry: Entry): LayerBytes | undefined => {
  if (entry.type !== 'file') return undefined;
  if (entry.oldForm === 'sparse') return expandedContent(layer, entry);
  if (entry.size !== entry.bodySize) return undefined;
  const start = entry.offset + entry.headerSize;
  return {
    size: entry.size,
    read: (target, position) => layer.read(target, start + position),
    close: async () => {},
  };
};

/**
 * The same for any file. Of a sparse file of a PAX archive: headers and body, since its map is part of what its
 * layer stores.
 */
export const storedContent = (layer: LayerBytes, entry: Entry): LayerBytes =>
  fileContent(layer, entry) ?? {
    size: entry.headerSize + entry.bodySize,
    read: (target, position) => layer.read(target, entry.offset + position),
    close: async () => {},
  };

/** A span of the file, and where its bytes lie in the layer. */
interface PlacedSpan extends Span {
  readonly from: number;
}

/** The map is read with the first bytes, and the bytes between spans are zeros. */
const expandedContent = (layer: LayerBytes, entry: Entry): LayerBytes => {
  let reading: Promise<readonly PlacedSpan[]> | undefined;
  return {
    size: entry.size,
    read: async (target, position) => {
      const spans = await (reading ??= readSpans(layer, entry));
      target.fill(0);
      const end = position + target.length;
      for (let at = firstPast(spans, position); at < spans.length; at++) {
        const { offset, length, from } = spans[at] as PlacedSpan;
        if (offset >= end) return;
        const start = Math.max(offset, position);
        const stop = Math.min(offset + length, end);
        const part = target.subarray(start - position, stop - position);
        await layer.read(part, from + start - offset);
      }
    },
    close: async () => {},
  };
};

const readSpans = async (layer: LayerBytes, entry: Entry): Promise<PlacedSpan[]> => {
  const raw = Buffer.allocUnsafe(entry.headerSize);
  await layer.read(raw, entry.offset);
  let from = entry.offset + entry.headerSize;
  return gnuMapOf(raw).flatMap((span) => {
    const placed = { ...span, from };
    from += span.length;
    return span.length > 0 ? placed : [];
  });
};

/** The first of the spans, which are in order, that ends after `position`. */
const firstPast = (spans: readonly PlacedSpan[], position: number): number =>
  countUpTo(spans, position, ({ offset, length }) => offset + length);
