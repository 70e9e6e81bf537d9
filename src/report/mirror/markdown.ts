import type { MirrorResult } from '../../api/mirror.ts';
import { formatChange, formatCount, formatDuration, formatSize } from '../format-number.ts';
import { escapeMarkdown, markdownCode, markdownDetails, markdownTable } from '../markdown.ts';
import { failuresOf, type MirrorFailure } from './format-failures.ts';
import { requestWords } from './format-hosts.ts';
import { summarizeMirror, type EntrySummary } from './summary.ts';
import { countWords } from './words.ts';

/** Rows that are shown; `--json` has all of them. */
const TOP = 50;

/** A run of `mirror` for summaries: failures first, then a table of entries, and traffic folded below. */
export const mirrorMarkdown = (result: MirrorResult, name: string): string[] => {
  const summary = summarizeMirror(result);
  const { failures, sourceSize, targetSize } = summary;
  const isGood = failures === 0 && !result.interrupted;
  const counts = countWords(summary, result.outcomes, result.dryRun).join(', ') || 'no images';
  const saved = sourceSize - targetSize;
  return [
    `### ${isGood ? '✅' : '❌'} ${markdownCode(name)}`,
    '',
    `${result.interrupted ? 'Interrupted: ' : ''}**${escapeMarkdown(counts)}** in ${escapeMarkdown(formatDuration(result.durationMs))}` +
      (saved === 0 ? '' : `, ${escapeMarkdown(savedWords(sourceSize, targetSize, result.dryRun))}`),
    '',
    ...failureLines(failuresOf(result)),
    ...entryLines(summary.entries),
    ...result.notes.flatMap((note) => [`> ${markdownCode(note)}`, '']),
    ...hostLines(result.hosts),
  ];
};

const savedWords = (before: number, after: number, dryRun: boolean): string =>
  `${dryRun ? 'would save' : 'saved'} ${formatSize(before - after)}: ${formatSize(before)} → ${formatSize(after)} (${formatChange(before, after)})`;

const failureLines = (failures: readonly MirrorFailure[]): string[] =>
  failures.length === 0
    ? []
    : [
        ...markdownTable(
          ['failed', 'entry', 'why', 'what to do'],
          failures
            .slice(0, TOP)
            .map(({ name = '', entry, reason, hint = '' }) =>
              [name, entry, reason, hint].map(markdownCode),
            ),
          ['left', 'left', 'left', 'left'],
        ),
        '',
        ...moreLines(failures.length),
      ];

const moreLines = (count: number): string[] =>
  count > TOP ? [`and ${formatCount(count - TOP)} more`, ''] : [];

/** Entries with failures come first, since a long table is cut. */
const entryLines = (entries: readonly EntrySummary[]): string[] =>
  entries.length === 0
    ? []
    : [
        ...markdownTable(
          ['', ...COLUMNS, 'size'],
          entries
            .toSorted((a, b) => Number(isBad(b)) - Number(isBad(a)))
            .slice(0, TOP)
            .map(entryRow),
          ['left', 'left', ...COLUMNS.map(() => 'right' as const)],
        ),
        '',
        ...moreLines(entries.length),
      ];

const COLUMNS = [
  ...['entry', 'done', 'unchanged', 'waiting', 'left out', 'deleted', 'failed', 'not done'],
];

const isBad = ({ failures, statuses }: EntrySummary): boolean =>
  failures > 0 || statuses.interrupted > 0;

const entryRow = (entry: EntrySummary): string[] => {
  const { name, statuses, deleted, failures, sourceSize, targetSize } = entry;
  return [
    isBad(entry) ? '❌' : '✅',
    markdownCode(name),
    ...[
      statuses.done,
      statuses.unchanged,
      statuses.waiting,
      statuses['left-out'],
      deleted,
      failures,
      statuses.interrupted,
    ].map((count) => (count === 0 ? '' : formatCount(count))),
    sourceSize === 0
      ? ''
      : escapeMarkdown(
          sourceSize === targetSize
            ? formatSize(sourceSize)
            : `${formatSize(sourceSize)} → ${formatSize(targetSize)} (${formatChange(sourceSize, targetSize)})`,
        ),
  ];
};

const hostLines = (hosts: MirrorResult['hosts']): string[] =>
  hosts.length === 0
    ? []
    : markdownDetails('Traffic', [
        ...markdownTable(
          ['host', 'received', 'sent', 'requests', 'waited'],
          hosts
            .slice(0, TOP)
            .map(({ host, bytesReceived, bytesSent, requests, waitedMs }) => [
              markdownCode(host),
              escapeMarkdown(formatSize(bytesReceived)),
              escapeMarkdown(formatSize(bytesSent)),
              markdownCode(requestWords(requests)),
              waitedMs === 0 ? '' : escapeMarkdown(formatDuration(waitedMs)),
            ]),
          ['left', 'right', 'right', 'left', 'right'],
        ),
      ]);
