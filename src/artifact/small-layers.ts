import { sum } from '../base/sum.ts';
import { extentOf } from '../layer/entry.ts';
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
 * top, and changes most; with it come headers of folders of all layers, for which none of them should be pulled.
 */
export const spansOfSmallLayers = (
  planned: readonly PlannedLayer[],
  most: number,
): SpansByLayer => {
  const spans = new Map<number, Span[]>();
  let left = most;
  for (const { members, size } of newLayers(planned)) {
    if (size > left) continue;
    left -= size;
    for (const member of members) {
      if (!('entry' in member)) continue;
      const { layer, offset } = member.entry;
      const known = spans.get(layer) ?? [];
      known.push({ offset, length: lengthOf(member) });
      spans.set(layer, known);
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
