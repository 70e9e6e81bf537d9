import type { MirrorStatus } from '../../api/mirror.ts';
import { sum } from '../../base/sum.ts';
import { formatCount, formatCounted } from '../../report/format-number.ts';
import { printable } from '../../report/printable.ts';
import { formatProgress, type ProgressState } from './format-progress.ts';

/** Where a mirror is. */
export interface MirrorState {
  /** Of the images under way, in the order in which they were begun. */
  readonly images: readonly ImageState[];
  /** Images that were found so far; 0 while none are. */
  readonly planned: number;
  readonly counts: Readonly<Partial<Record<MirrorStatus, number>>>;
  readonly isStopping: boolean;
}

export interface ImageState {
  /** The name of its source. */
  readonly name: string;
  /** From 1. */
  readonly attempt: number;
  readonly progress: ProgressState;
}

/** Columns and lines. */
export interface Screen {
  readonly width: number;
  readonly height: number;
}

/**
 * A line for each image under way, and one for all of them:
 *
 *     registry.example/app:1.2   ⠹ reading linux/amd64  45 %  123 MB of 270 MB
 *     ⠹ 12 of 200 images: 8 unchanged, 3 done, 1 failed
 *
 * All of them fit: names lose their middle, and what has no line is counted.
 */
export const formatMirrorProgress = (
  { images, planned, counts, isStopping }: MirrorState,
  { width, height }: Screen,
  tick: number,
): readonly string[] => {
  const total = isStopping
    ? formatProgress({ stage: 'stop', done: 0, total: 0 }, width, tick)
    : cut(`${spinner(tick)} ${formatTotals(planned, counts)}`, width);
  const room = Math.max(0, height - 1);
  const shown = images.length > room ? images.slice(0, Math.max(0, room - 1)) : images;
  const names = shown.map(({ name, attempt }) =>
    attempt === 1 ? shortName(name) : `${shortName(name)} (attempt ${attempt})`,
  );
  const nameWidth = Math.min(Math.max(0, ...names.map(widthOf)), Math.floor(width / 2));
  const lines = shown.map(({ progress }, at) => {
    const name = pad(cutMiddle(names[at] as string, nameWidth), nameWidth);
    return cut(`${name}  ${formatProgress(progress, width - nameWidth - 2, tick)}`, width);
  });
  const hidden = images.length - shown.length;
  return [
    ...lines.slice(0, room),
    ...(hidden > 0 && room > 0 ? [cut(`and ${formatCounted(hidden, 'image')} more`, width)] : []),
    total,
  ];
};

/** `12 of 200 images: 8 unchanged, 3 done, 1 failed`. */
export const formatTotals = (planned: number, counts: MirrorState['counts']): string => {
  if (planned === 0) return 'looking for images';
  const words = ORDER.flatMap((status) => {
    const count = counts[status] ?? 0;
    return count === 0 ? [] : [`${formatCount(count)} ${WORDS[status]}`];
  });
  const done = sum(ORDER.map((status) => counts[status] ?? 0));
  const head = `${formatCount(done)} of ${formatCounted(planned, 'image')}`;
  return words.length === 0 ? head : `${head}: ${words.join(', ')}`;
};

const ORDER = [
  'unchanged',
  'done',
  'waiting',
  'left-out',
  'failed',
] as const satisfies MirrorStatus[];

const WORDS: Readonly<Record<(typeof ORDER)[number], string>> = {
  unchanged: 'unchanged',
  done: 'done',
  waiting: 'too young',
  'left-out': 'left out',
  failed: 'failed',
};

/** Without what all have: `registry.example/app:1.2`. */
export const shortName = (name: string): string => printable(name.replace(/^docker:\/\//, ''));

const spinner = (tick: number): string =>
  formatProgress({ stage: 'open', done: 0, total: 0 }, 1, tick);

/** Columns of a text on a terminal, or more than it takes: a line that is too long would break all below it. */
export const widthOf = (text: string): number => sum(Array.from(text, columnsOf));

/** East Asian characters and emoji take two. */
const columnsOf = (character: string): number => (WIDE.test(character) ? 2 : 1);

const WIDE =
  /[\u1100-\u115f\u2600-\u27bf\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f000}-\u{3ffff}]/u;

const pad = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - widthOf(text)));

const cut = (text: string, width: number): string => take([...text], width).join('');

/** The end of a name says more than its beginning. */
const cutMiddle = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text;
  const characters = [...text];
  const head = take(characters, Math.floor((width - 1) / 3));
  const tail = take(characters.toReversed(), width - 1 - widthOf(head.join('')));
  return width < 1 ? '' : `${head.join('')}…${tail.reverse().join('')}`;
};

/** As many characters as fit. */
const take = (characters: readonly string[], width: number): string[] => {
  const taken: string[] = [];
  let left = width;
  for (const character of characters) {
    left -= columnsOf(character);
    if (left < 0) break;
    taken.push(character);
  }
  return taken;
};
