import type { MirrorOutcome, MirrorResult } from '../../api/mirror.ts';
import { sum } from '../../base/sum.ts';
import {
  formatChange,
  formatCount,
  formatCounted,
  formatDuration,
  formatSize,
} from '../format-number.ts';
import { formatNotes } from '../format-summary.ts';
import type { Palette } from '../palette.ts';
import { printable } from '../printable.ts';
import { formatDone } from './format-done.ts';
import { failuresOf, formatFailures } from './format-failures.ts';
import { formatHosts } from './format-hosts.ts';
import { formatPlan } from './format-plan.ts';
import { shortName, splitName, versionOf } from './names.ts';
import { summarizeMirror, type EntrySummary, type MirrorSummary } from './summary.ts';
import { countWords, formatTime, isUnchanged } from './words.ts';
import { wrapItem } from './wrap-item.ts';

export interface MirrorShape {
  readonly palette: Palette;
  /** Columns of the terminal; infinite where it is none. */
  readonly width: number;
  /** Tells of every image. @default false, of each entry the first ones are, and the others are summed up */
  readonly verbose?: boolean | undefined;
}

/** Images of an entry, and failures of a run, that are told one by one. */
const SHOWN = {
  done: 10,
  planned: 40,
  waiting: 5,
  interrupted: 5,
  deleted: 20,
  failures: 20,
} as const;

/**
 * A run for people: what was written entry by entry, all failures below, then traffic, and at the end what it comes to.
 * Of a dry run, what would be written.
 */
export const formatMirror = (result: MirrorResult, shape: MirrorShape): string[] => {
  const summary = summarizeMirror(result);
  const { palette, width, verbose } = shape;
  const [quiet, told] = split(summary.entries, (entry) => !verbose && isUnchanged(entry));
  const failures = failuresOf(result);
  const blocks = [
    ...told.map((entry) => formatEntry(entry, result, shape)),
    formatQuiet(quiet, palette),
    formatFailures(failures, verbose ? Infinity : SHOWN.failures, {
      ...shape,
      namesEntries: summary.entries.length > 1,
    }),
    formatNotes(result.notes, palette, width),
    formatHosts(result.hosts, palette),
    formatVerdict(summary, result, palette),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .flatMap((lines, at) => (at === 0 ? lines : ['', ...lines]));
};

const split = <Item>(
  items: readonly Item[],
  isFirst: (item: Item) => boolean,
): [first: Item[], second: Item[]] => [
  items.filter(isFirst),
  items.filter((item) => !isFirst(item)),
];

const formatEntry = (
  entry: EntrySummary,
  { dryRun }: MirrorResult,
  shape: MirrorShape,
): string[] => {
  const { palette, verbose } = shape;
  const of = (status: MirrorOutcome['status']): MirrorOutcome[] =>
    entry.outcomes.filter((outcome) => outcome.status === status);
  const most = (count: number): number => (verbose ? Infinity : count);
  const counts = countWords(entry, entry.outcomes, dryRun).join(', ');
  return [
    `${palette.title(printable(entry.name))}  ${entry.failures > 0 ? palette.bad(counts) : counts}`,
    ...(dryRun
      ? formatPlan(of('done'), most(SHOWN.planned), shape)
      : formatDone(of('done'), most(SHOWN.done), palette)),
    ...formatReasons(of('waiting'), most(SHOWN.waiting), shape),
    ...formatReasons(of('interrupted'), most(SHOWN.interrupted), shape),
    ...(verbose ? formatReasons([...of('left-out'), ...of('unchanged')], Infinity, shape) : []),
    ...formatDeleted(entry, most(SHOWN.deleted), shape),
  ];
};

/** Images that nothing was done with, each with the reason. */
const formatReasons = (
  outcomes: readonly MirrorOutcome[],
  most: number,
  { palette: { faint, warning }, width }: MirrorShape,
): string[] => {
  const more = outcomes.length - most;
  return [
    ...outcomes.slice(0, most).flatMap(({ job, status, reason = '', nextTry }) => {
      const word = WORDS[status] ?? status;
      const name = `${splitName(job.source).place}:${versionOf(job)}`;
      const when = nextTry === undefined ? '' : `, from ${formatTime(nextTry)}`;
      const text = reason === '' ? '' : `: ${reason}${when}`;
      const paint = status === 'waiting' || status === 'interrupted' ? warning : faint;
      return wrapItem({ word, paint, text: printable(`${name}${text}`) }, { width });
    }),
    ...(more > 0 ? [`  ${faint(`and ${formatCount(more)} more`)}`] : []),
  ];
};

/** Where they are other words than the status. */
const WORDS: Partial<Record<MirrorOutcome['status'], string>> = {
  'left-out': 'left out',
  interrupted: 'not done',
};

const formatDeleted = (
  { deletedTags }: EntrySummary,
  most: number,
  { palette: { warning }, width }: MirrorShape,
): string[] => {
  const gone = deletedTags.filter(({ status }) => status === 'done');
  if (gone.length === 0) return [];
  const names = gone.slice(0, most).map(({ target }) => shortName(target));
  const more = gone.length > most ? ` and ${formatCount(gone.length - most)} more` : '';
  return wrapItem(
    { word: 'gone at the source', paint: warning, text: printable(names.join(', ')) + more },
    { width },
  );
};

const formatQuiet = (entries: readonly EntrySummary[], { faint }: Palette): string[] => {
  const images = sum(entries.map((entry) => entry.images));
  const [only] = entries;
  if (!only) return [];
  return entries.length === 1
    ? [`${printable(only.name)}  ${faint(`${formatCount(images)} unchanged`)}`]
    : [
        faint(
          `${formatCount(entries.length)} entries are unchanged: ${formatCounted(images, 'image')}`,
        ),
      ];
};

/** One line each for how many, how much, and how long. */
const formatVerdict = (
  summary: MirrorSummary,
  { dryRun, interrupted, outcomes, durationMs }: MirrorResult,
  { title, good, bad, faint }: Palette,
): string[] => {
  const { sourceSize, targetSize, failures, images, statuses, deleted } = summary;
  const counts = countWords(summary, outcomes, dryRun).join(', ') || 'no images';
  const isQuiet = statuses.unchanged === images && deleted === 0 && failures === 0 && images > 0;
  const head = interrupted
    ? 'Interrupted:'
    : dryRun
      ? 'Plan:'
      : failures > 0
        ? 'Incomplete:'
        : isQuiet
          ? 'Up to date:'
          : 'Mirrored:';
  const paint = interrupted || failures > 0 ? bad : isQuiet ? good : title;
  const saved = sourceSize - targetSize;
  return [
    `${paint(head)} ${counts}${dryRun ? '' : faint(` in ${formatDuration(durationMs)}`)}`,
    ...(saved === 0
      ? []
      : [
          `${title(`${dryRun ? 'Would save' : 'Saved'} ${formatSize(saved)}:`)} ${formatSize(sourceSize)} → ${formatSize(targetSize)} (${formatChange(sourceSize, targetSize)})`,
        ]),
  ];
};
