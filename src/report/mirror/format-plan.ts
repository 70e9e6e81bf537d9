import type { MirrorOutcome } from '../../api/mirror.ts';
import { groupBy } from '../../base/group-by.ts';
import { formatCount, formatSize } from '../format-number.ts';
import type { Palette } from '../palette.ts';
import { printable } from '../printable.ts';
import { routeOf, versionOf } from './names.ts';
import { sizesOf } from './summary.ts';
import { wrapItem } from './wrap-item.ts';

interface PlanShape {
  readonly palette: Palette;
  readonly width: number;
}

/** What an entry would write, as lists of tags: from where to where, what is new there, and what is replaced. */
export const formatPlan = (
  planned: readonly MirrorOutcome[],
  most: number,
  shape: PlanShape,
): string[] =>
  [...groupBy(planned, ({ job }) => routeOf(job))].flatMap(([route, outcomes]) => [
    `  ${shape.palette.faint(printable(route))}`,
    ...formatGroup(
      'new',
      outcomes.filter(({ replaced }) => !replaced),
      most,
      shape,
    ),
    ...formatGroup(
      'replaces',
      outcomes.filter(({ replaced }) => replaced),
      most,
      shape,
    ),
  ]);

const formatGroup = (
  word: string,
  outcomes: readonly MirrorOutcome[],
  most: number,
  { palette, width }: PlanShape,
): string[] =>
  outcomes.length === 0
    ? []
    : wrapItem({ word, paint: palette.title, text: listOf(outcomes, most) }, { width, indent: 4 });

const listOf = (outcomes: readonly MirrorOutcome[], most: number): string => {
  const more = outcomes.length - most;
  const { sourceSize } = sizesOf(outcomes);
  return [
    printable(
      outcomes
        .slice(0, most)
        .map(({ job }) => versionOf(job))
        .join(', '),
    ),
    ...(more > 0 ? [`and ${formatCount(more)} more`] : []),
    ...(sourceSize > 0 ? [`(${formatSize(sourceSize)})`] : []),
  ].join(' ');
};
