import type { MirrorOutcome } from '../../api/mirror.ts';
import { formatCount } from '../format-number.ts';
import type { EntrySummary, MirrorTotals } from './summary.ts';

/** How many images became what: `3 slimmed, 2 copied, 180 unchanged, 1 failed`. Of a dry run `3 to slim`. */
export const countWords = (
  { statuses, deleted, failures }: MirrorTotals,
  outcomes: readonly MirrorOutcome[],
  dryRun: boolean,
): string[] => {
  const copied = outcomes.filter(({ status, job }) => status === 'done' && job.settings.copy);
  return [
    counted(statuses.done - copied.length, dryRun ? 'to slim' : 'slimmed'),
    counted(copied.length, dryRun ? 'to copy' : 'copied'),
    counted(statuses.unchanged, 'unchanged'),
    counted(statuses.waiting, 'waiting'),
    counted(statuses['left-out'], 'left out'),
    counted(deleted, dryRun ? 'to delete' : 'deleted'),
    counted(failures, 'failed'),
    counted(statuses.interrupted, 'not done'),
  ].flat();
};

const counted = (count: number, word: string): string[] =>
  count === 0 ? [] : [`${formatCount(count)} ${word}`];

/** Whether an entry has nothing to tell but that all is there already. */
export const isUnchanged = ({ statuses, images, deleted, failures }: EntrySummary): boolean =>
  statuses.unchanged === images && deleted === 0 && failures === 0;

/** A point in time for people, to the minute: `2026-11-30 14:05 UTC`. Text that is no time stays as it is. */
export const formatTime = (time: string): string => {
  const milliseconds = Date.parse(time);
  if (Number.isNaN(milliseconds)) return time;
  return `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
};

/** What took the place of what: `replaces sha256:0123456789ab, kept as 1.2-before`. */
export const replacedWords = ({ replaced }: MirrorOutcome): string => {
  if (!replaced) return '';
  const { digest, backup } = replaced;
  const old = digest.slice(0, digest.indexOf(':') + 13);
  return backup === undefined ? `replaces ${old}` : `replaces ${old}, kept as ${backup}`;
};
