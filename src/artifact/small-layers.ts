import { sum } from '../base/sum.ts';
import { extentOf, type Entry } from '../layer/entry.ts';
import type { Member, Members, PlannedLayer } from '../plan/plan.ts';
import type { Span } from './noted-reads.ts';

/** Bytes of source layers that new layers are made of, by the position of the source layer. */
export type SpansByLayer = ReadonlyMap<number, readonly Span[]>;

interface NewLayer {
  readonly members: Members;
  readonly size: number;
}

/**
 * What small layers with files of several are made of: up to so many bytes, from the uppermost layer down. The application is on
 * top, and changes most; with it come headers of folders of all layers, for which none of them should be pulled. Of other layers,
 * headers that change: no new layer has them as they were.
 */
export const spansOfSmallLayers = (
  planned: readonly PlannedLayer[],
  most: number,
): SpansByLayer => {
  const spans = new Map<number, Span[]>();
  let left = most;
  const add = ({ layer, offset }: Entry, length: number): void => {
    if (length > left) return;
    left -= length;
    const known = spans.get(layer);
    if (known) known.push({ offset, length });
    else spans.set(layer, [{ offset, length }]);
  };
  for (const { members, size } of newLayers(planned)) {
    const isSmall = size <= left;
    for (const member of members) {
      if (!('entry' in member)) continue;
      if (isSmall) add(member.entry, lengthOf(member));
      else if (member.kind === 'rewrite') add(member.entry, member.entry.headerSize);
    }
  }
  return spans;
};

const newLayers = (planned: readonly PlannedLayer[]): NewLayer[] =>
  planned.toReversed().flatMap((layer) => {
    if (layer.kind !== 'write' || layer.from !== undefined) return [];
    const { members } = layer;
    return [{ members, size: sum(Array.from(members, lengthOf)) }];
  });

/** The bytes of a member that are read to write it. */
const lengthOf = (member: Member): number => {
  if (!('entry' in member)) return 0;
  const { entry } = member;
  const hasNoBody =
    member.kind === 'rewrite' && (member.changes.content ?? member.changes.linkTo) !== undefined;
  return hasNoBody ? entry.headerSize : extentOf(entry);
};
