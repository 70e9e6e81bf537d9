import type {
  ChangedFile,
  VerifiedImage,
  VerifiedTrial,
  VerifyOutcome,
  VerifyResult,
} from '../../api/verify.ts';
import { formatCount, formatCounted } from '../format-number.ts';
import { formatNotes } from '../format-summary.ts';
import { formatTable } from '../format-table.ts';
import type { Palette } from '../palette.ts';
import { printable } from '../printable.ts';

export interface VerifyShape {
  readonly palette: Palette;
  readonly width: number;
  /** Differences of each check. */
  readonly top: number;
}

/** A verification for people: what was looked at, what differs, and what to do about it. */
export const formatVerify = (result: VerifyResult, shape: VerifyShape): string[] => {
  const { palette, width } = shape;
  const notes = formatNotes(result.notes, palette, width);
  return [
    ...formatNames(result, palette),
    ...result.images.flatMap((image) => ['', ...formatImage(image, shape)]),
    ...(notes.length > 0 ? ['', ...notes] : []),
    '',
    ...formatVerifyVerdict(result, palette),
  ];
};

const formatNames = ({ original, slim }: VerifyResult, { faint, title }: Palette): string[] =>
  formatTable(
    [
      [faint('original'), title(printable(original.name)), faint(original.digest)],
      [faint('slim'), title(printable(slim.name)), faint(slim.digest)],
    ],
    ['left', 'left', 'left'],
  );

const formatImage = (image: VerifiedImage, shape: VerifyShape): string[] => {
  const { platform, checks, changed, trials = [] } = image;
  const { palette } = shape;
  const title = palette.title(printable(platform));
  const shown =
    trials.length > 0 ? ['', ...trials.flatMap((each) => formatTrial(each, palette))] : [];
  if (checks.length === 0) return [`${title}  the same image`, ...shown];
  return [
    title,
    ...indented(
      formatTable(
        [
          ['', 'check', 'checked', 'differ'].map(palette.faint),
          ...checks.map((check) => rowOf(check, palette)),
        ],
        ['left', 'left', 'right', 'right'],
      ),
    ),
    ...(changed.length > 0 ? ['', ...formatChanged(changed, shape)] : []),
    ...checks.flatMap((check) => formatDifferences(check, image, shape)),
    ...shown,
  ];
};

/** What was asked of both, and where the answers differ a diff. */
const formatTrial = (
  { kind, subject, same, diff }: VerifiedTrial,
  { good, bad }: Palette,
): string[] => [
  `  ${same ? good('ok    ') : bad('differ')}  ${kind} ${printable(subject)}`,
  ...diff.map((line) => `    ${printable(line)}`),
];

const rowOf = ({ check, checked, different }: VerifyOutcome, { good, bad }: Palette): string[] => [
  different === 0 ? good('ok') : bad('differ'),
  check,
  formatCount(checked),
  different === 0 ? '' : bad(formatCount(different)),
];

/** Files with other contents on purpose, so that nobody takes them for overlooked. */
const formatChanged = (
  changed: readonly ChangedFile[],
  { palette: { faint }, top }: VerifyShape,
): string[] =>
  indented(
    shortened(
      changed.map(({ path, why }) => `${printable(path)}  ${faint(why)}`),
      { title: 'Changed on purpose:', top },
    ),
  );

const formatDifferences = (
  { check, different }: VerifyOutcome,
  { differences }: VerifiedImage,
  { palette, top }: VerifyShape,
): string[] => {
  if (different === 0) return [];
  const lines = differences
    .filter((each) => each.check === check)
    .map(({ where, message }) => printable(`${where} ${message}`));
  const title = palette.bad(`${check}:`);
  return ['', ...indented(shortened(lines, { title, top, count: different }))];
};

/** A title, and below it the first lines. */
const shortened = (
  lines: readonly string[],
  {
    title,
    top,
    count = lines.length,
  }: { readonly title: string; readonly top: number; readonly count?: number },
): string[] => [
  title,
  ...indented(lines.slice(0, top)),
  ...(count > top ? [`  and ${formatCount(count - top)} more`] : []),
];

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

/** Whether it is as the original, and what to do where it is not. */
export const formatVerifyVerdict = (
  { passed, images, onlySlim }: VerifyResult,
  { good, bad }: Palette,
): string[] => {
  const checks = images.flatMap((image) => image.checks);
  const sum = (part: 'checked' | 'different'): number =>
    checks.reduce((total, each) => total + each[part], 0);
  const made = formatCounted(sum('checked'), 'check');
  const trials = images.flatMap((image) => image.trials ?? []);
  const asked = trials.length > 0 ? [formatCounted(trials.length, 'answer')] : [];
  if (passed) {
    const words = [...(checks.length > 0 ? [made] : []), ...asked];
    return [good(words.length > 0 ? `As the original: ${words.join(', ')}` : 'The same image')];
  }
  const unknown = onlySlim.map((platform) => `${printable(platform)} is not in the original`);
  const found = sum('different') > 0 ? [`${formatCount(sum('different'))} of ${made}`] : [];
  const others = trials.filter(({ same }) => !same).length;
  const answered = others > 0 ? [`${formatCount(others)} of ${asked.join('')}`] : [];
  return [
    bad(`Not as the original: ${[...found, ...answered, ...unknown].join(', ')}`),
    'Next: reslim ORIGINAL --dry-run --explain PATH says why a path went; --keep PATH keeps it.',
  ];
};
