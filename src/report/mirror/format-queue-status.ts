import type { QueuedFailure, QueueStatus } from '../../api/queue-status.ts';
import { formatCount, formatCounted } from '../format-number.ts';
import { formatTable } from '../format-table.ts';
import type { Palette } from '../palette.ts';
import { printable } from '../printable.ts';
import { formatTime } from './words.ts';

/** A queue for people: how many images are in which state, who works, and what failed. */
export const formatQueueStatus = (status: QueueStatus, palette: Palette): string[] => {
  const { waiting, active, retrying, done, failed } = status.images;
  const bad = failed > 0 ? palette.bad : (text: string): string => text;
  const rows = [
    ['waiting', formatCount(waiting)],
    ['under way', formatCount(active)],
    ['to be tried again', formatCount(retrying)],
    ['done', formatCount(done), palette.faint('in a day')],
    [bad('failed'), bad(formatCount(failed)), palette.faint('in a week')],
  ];
  return [
    palette.title(printable(status.queue)),
    `${formatCounted(status.workers, 'worker')}, ${formatCounted(status.finishedLately, 'image')} finished in the last 5 minutes`,
    '',
    ...formatTable(rows, ['left', 'right', 'left']),
    ...failures(status.retrying, retrying, { word: 'next try', palette }),
    ...failures(status.failed, failed, { word: 'failed', palette }),
  ];
};

interface Words {
  /** Before the time. */
  readonly word: string;
  readonly palette: Palette;
}

const failures = (
  listed: readonly QueuedFailure[],
  count: number,
  { word, palette }: Words,
): string[] => [
  ...listed.flatMap(({ source, target, reason, hint, attempts, time }) => [
    '',
    `${palette.bad(printable(source))} to ${printable(target)}`,
    `  ${printable(reason)}`,
    ...(hint === undefined ? [] : [`  ${palette.faint(`hint: ${printable(hint)}`)}`]),
    `  ${palette.faint(`${word} ${formatTime(time)}, ${formatCounted(attempts, 'attempt')}`)}`,
  ]),
  ...(count > listed.length
    ? ['', palette.faint(`and ${formatCount(count - listed.length)} more`)]
    : []),
];
