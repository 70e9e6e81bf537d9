import type { TracesReport, UseReport } from '../api/use.ts';
import type { ImageReport } from '../api/results.ts';
import { formatCount, formatCounted, formatSize } from './format-number.ts';
import { formatTable } from './format-table.ts';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';
import { CONFIDENCE_MEANINGS, largeCosts, openWords } from './use-words.ts';

/** How sure it is that nothing is missing, and what could not be told. Nothing at other levels than `minimal`. */
export const formatUse = (images: readonly ImageReport[], palette: Palette): string[] =>
  images.flatMap(({ platform, use }) =>
    use ? formatOne(use, images.length > 1 ? ` ${printable(platform)}` : '', palette) : [],
  );

const formatOne = (use: UseReport, platform: string, palette: Palette): string[] => [
  ...formatConfidence(use, platform, palette),
  ...formatCosts(use, palette),
  ...formatLeftOut(use, palette),
  ...(use.traces ? formatTraces(use.traces, palette) : []),
];

const formatConfidence = (
  { confidence, open }: UseReport,
  platform: string,
  { title, faint, warning }: Palette,
): string[] => {
  const word = confidence === 'open' ? warning(confidence) : confidence;
  const line = `${title('confidence')}${platform}  ${word}: ${CONFIDENCE_MEANINGS[confidence]}`;
  const untold = open.filter(({ covered }) => !covered);
  const more = untold.length - MOST_SHOWN;
  return [
    line,
    ...untold.slice(0, MOST_SHOWN).map((each) => `  ${printable(openWords(each))}`),
    ...(more > 0 ? [faint(`  and ${formatCounted(more, 'other')}: --report FILE`)] : []),
  ];
};

/** Programs that the image comes to start, libraries that it comes to open, where they cost more than a little. */
const formatCosts = (use: UseReport, { title }: Palette): string[] => {
  const large = largeCosts(use);
  if (large.length === 0) return [];
  const rows = large.map(({ path, bytes, files }) => [
    formatSize(bytes),
    printable(path),
    formatCounted(files, 'file'),
  ]);
  return [
    `${title('what only these need')}, unpacked; why: --explain PATH; leave one out: --without PATH`,
    ...formatTable(rows, ['right', 'left', 'right']).map((row) => `  ${row}`),
  ];
};

const formatLeftOut = ({ leftOut = [] }: UseReport, { title }: Palette): string[] =>
  leftOut.length === 0
    ? []
    : [
        `${title('left out')}, unpacked, with all that only it leads to`,
        ...formatTable(
          leftOut.map(({ name, files, bytes }) => [
            formatSize(bytes),
            printable(name),
            formatCounted(files, 'file'),
          ]),
          ['right', 'left', 'right'],
        ).map((row) => `  ${row}`),
      ];

/** What the traces added, with why it would have gone. */
const formatTraces = (
  { files, absent, unplaced, missed }: TracesReport,
  { title, faint }: Palette,
): string[] => {
  const found =
    missed.length === 0
      ? 'all of which stays without them'
      : `${formatCount(missed.length)} of which nothing else leads to`;
  const more = missed.length - MOST_SHOWN;
  return [
    `${title('traces')}  ${formatCounted(files, 'file')}, ${found}`,
    ...missed
      .slice(0, MOST_SHOWN)
      .flatMap(({ path, recorded, reason, hint }) => [
        `  ${printable(path)}, ${printable(recorded)}: ${printable(reason)}`,
        faint(`    without the trace: ${printable(hint)}`),
      ]),
    ...(more > 0 ? [faint(`  and ${formatCounted(more, 'other')}: --report FILE`)] : []),
    ...(absent + unplaced > 0
      ? [
          faint(
            `  left out: ${formatCounted(absent, 'path')} that the image does not have, ${formatCount(unplaced)} in a folder that is not known`,
          ),
        ]
      : []),
  ];
};

const MOST_SHOWN = 5;
