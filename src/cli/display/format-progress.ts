import type { Stage } from '../../api/events.ts';
import { formatSize } from '../../report/format-number.ts';
import { printable } from '../../report/printable.ts';

/** Where a run is. Sizes are bytes, rates bytes per second. */
export interface ProgressState {
  readonly stage: Stage | 'stop';
  readonly platform?: string | undefined;
  readonly done: number;
  /** 0 while unknown. */
  readonly total: number;
  /** `undefined` until it means something. */
  readonly rate?: number | undefined;
}

/**
 * One line of at most `width` columns:
 * `⠹ reading linux/amd64  ━━━━━─────  45 %  123 of 270 MB  85.1 MB/s  2 s left`.
 * What does not fit is left out: the bar first, the percentage last.
 */
export const formatProgress = (state: ProgressState, width: number, tick: number): string => {
  const spinner = SPINNER[tick % SPINNER.length] as string;
  const head = `${spinner} ${wordFor(state)}`.slice(0, Math.max(0, width));
  const parts = partsOf(state, printable(state.platform ?? ''));
  const shown = new Set<Part>();
  let length = head.length;
  for (const part of [...parts].sort((a, b) => a.rank - b.rank)) {
    const cost = part.gap.length + part.text.length;
    if (length + cost > width) continue;
    shown.add(part);
    length += cost;
  }
  return head + parts.flatMap((part) => (shown.has(part) ? [part.gap + part.text] : [])).join('');
};

/** The same for a log, without what moves: `reading linux/amd64: 45 %, 123 MB of 270 MB`. */
export const formatStage = (state: ProgressState): string => {
  const platform = printable(state.platform ?? '');
  const [head, ...rest] = [
    [wordFor(state), platform].filter(Boolean).join(' '),
    ...figuresOf(state).map(({ text }) => text.trim()),
  ];
  return rest.length === 0 ? head : `${head}: ${rest.join(', ')}`;
};

interface Part {
  readonly text: string;
  /** Between this part and what stands before it. */
  readonly gap: string;
  /** Lower ones stay longer on a narrow terminal. */
  readonly rank: number;
}

/** In the order they are shown. */
const partsOf = (state: ProgressState, platform: string): Part[] => [
  ...(platform === '' ? [] : [{ text: platform, gap: ' ', rank: 2 }]),
  ...(state.total === 0 ? [] : [{ text: bar(partDone(state)), gap: '  ', rank: 5 }]),
  ...figuresOf(state),
];

const figuresOf = (state: ProgressState): Part[] => {
  const { done, total, rate } = state;
  const speed = rate === undefined ? [] : [{ text: `${formatSize(rate)}/s`, gap: '  ', rank: 4 }];
  if (total === 0)
    return done === 0 ? [] : [{ text: formatSize(done), gap: '  ', rank: 0 }, ...speed];
  const percent = `${String(Math.floor(partDone(state) * 100)).padStart(3)} %`;
  const left = rate ? [{ text: `${timeLeft(state, rate)} left`, gap: '  ', rank: 1 }] : [];
  return [
    { text: percent, gap: '  ', rank: 0 },
    { text: `${formatSize(done)} of ${formatSize(total)}`, gap: '  ', rank: 3 },
    ...speed,
    ...left,
  ];
};

const partDone = ({ done, total }: ProgressState): number => Math.min(1, done / total);

const timeLeft = ({ done, total }: ProgressState, rate: number): string => {
  const seconds = Math.ceil(Math.max(0, total - done) / rate);
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600
    ? `${Math.floor(seconds / 60)} min ${seconds % 60} s`
    : `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
};

const bar = (part: number): string => {
  const full = Math.round(part * BAR_WIDTH);
  return '━'.repeat(full) + '─'.repeat(BAR_WIDTH - full);
};

const BAR_WIDTH = 24;
const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** A pipe or an engine hands bytes over while the image is opened. */
const wordFor = ({ stage, done }: ProgressState): string =>
  stage === 'open' && done > 0 ? 'receiving' : WORDS[stage];

const WORDS: Record<ProgressState['stage'], string> = {
  open: 'opening',
  read: 'reading',
  judge: 'judging',
  transform: 'shrinking binaries',
  write: 'writing',
  check: 'checking the budget',
  verify: 'verifying',
  trace: 'tracing',
  commit: 'finishing',
  stop: 'stopping (Ctrl-C again to quit at once)',
};
