import { countUpTo } from '../base/count-up-to.ts';
import type { HeldSpan } from './layer-contents.ts';
import type { Span } from './noted-reads.ts';

/** The span that has the byte at a position, of spans in their order that do not overlap. */
export const spanAt = (spans: readonly HeldSpan[], position: number): HeldSpan | undefined => {
  const span = spans[countUpTo(spans, position, ({ offset }) => offset) - 1];
  return span && position < span.offset + span.length ? span : undefined;
};

/** Whether spans, in their order, have all bytes of another. */
export const isCovered = ({ offset, length }: Span, spans: readonly HeldSpan[]): boolean => {
  const end = offset + length;
  for (let at = offset; at < end;) {
    const span = spanAt(spans, at);
    if (!span) return false;
    at = span.offset + span.length;
  }
  return true;
};
