import type { MirrorResult } from '../../api/mirror.ts';
import { formatCount, formatCounted } from '../format-number.ts';
import type { Palette } from '../palette.ts';
import { printable } from '../printable.ts';
import { shortName } from './names.ts';
import { formatTime } from './words.ts';
import { wrapItem } from './wrap-item.ts';

/** Whatever failed, in one shape. */
export interface MirrorFailure {
  readonly entry: string;
  /** The name of the image or tag; absent where a whole entry failed. */
  readonly name?: string | undefined;
  readonly reason: string;
  readonly hint?: string | undefined;
  readonly attempts?: number | undefined;
  readonly nextTry?: string | undefined;
}

/** All failures of a run: entries first, since each stands for many images. */
export const failuresOf = ({
  outcomes,
  deleted,
  failedEntries,
}: Pick<MirrorResult, 'outcomes' | 'deleted' | 'failedEntries'>): MirrorFailure[] => [
  ...failedEntries,
  ...outcomes
    .filter(({ status }) => status === 'failed')
    .map(({ job, reason = 'failed', hint, attempts, nextTry }) => ({
      entry: job.entry,
      name: job.source,
      reason,
      hint,
      attempts,
      nextTry,
    })),
  ...deleted
    .filter(({ status }) => status === 'failed')
    .map(({ entry, target, reason = 'not deleted', hint }) => ({
      entry,
      name: target,
      reason,
      hint,
    })),
];

interface FailureShape {
  readonly palette: Palette;
  readonly width: number;
  /** Where there are several. */
  readonly namesEntries: boolean;
}

/** Failures for people: what, why, and what to do about it. Those over `most` are counted. */
export const formatFailures = (
  failures: readonly MirrorFailure[],
  most: number,
  shape: FailureShape,
): string[] => {
  const more = failures.length - most;
  return [
    ...failures.slice(0, most).flatMap((failure) => formatOne(failure, shape)),
    ...(more > 0 ? [shape.palette.faint(`and ${formatCounted(more, 'failure')} more`)] : []),
  ];
};

const formatOne = (
  failure: MirrorFailure,
  { palette: { bad, faint }, width, namesEntries }: FailureShape,
): string[] => {
  const { entry, name, reason, hint, nextTry } = failure;
  const subject = shortName(name ?? entry);
  const lines = [
    `${reason}${attemptWords(failure)}`,
    ...(hint === undefined ? [] : [`hint: ${hint}`]),
    ...(nextTry === undefined ? [] : [`next try: ${formatTime(nextTry)}`]),
  ];
  return [
    `${bad('failed')} ${printable(subject)}${namesEntries && name !== undefined ? faint(` of ${printable(entry)}`) : ''}`,
    ...lines.flatMap((line) =>
      wrapItem({ word: '', paint: faint, text: printable(line) }, { width }),
    ),
  ];
};

/** How often an image was tried, and that it is not tried again: ` (3 attempts, not tried again)`. */
const attemptWords = ({ attempts, nextTry }: MirrorFailure): string => {
  const words = [
    ...(attempts !== undefined && attempts > 1 ? [`${formatCount(attempts)} attempts`] : []),
    ...(attempts !== undefined && nextTry === undefined ? ['not tried again'] : []),
  ];
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
};
