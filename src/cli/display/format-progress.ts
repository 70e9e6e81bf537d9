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
 * One line of at most `width` columns: `⠹ reading linux/amd64  ━━━━━─────  45 %  123 of 270 MB`.
 * What does not fit is left out, the least important first.
 */
export const formatProgress = (state: ProgressState, width: number, tick: number): string => {
  const spinner = SPINNER[tick % SPINNER.length] as string;
  const label = [WORDS[state.stage], printable(state.platform ?? '')].filter(Boolean).join(' ');
  let line = `${spinner} ${label}`.slice(0, Math.max(0, width));
  for (const part of partsOf(state)) {
    if (line.length + 2 + part.length <= width) line += `  ${part}`;
  }
  return line;
};

const partsOf = ({ done, total, rate }: ProgressState): string[] => {
  const speed = rate === undefined ? [] : [`${formatSize(rate)}/s`];
  if (total === 0) return done === 0 ? [] : [formatSize(done), ...speed];
  const part = Math.min(1, done / total);
  const percent = `${String(Math.floor(part * 100)).padStart(3)} %`;
  return [bar(part), percent, `${formatSize(done)} of ${formatSize(total)}`, ...speed];
};

const bar = (part: number): string => {
  const full = Math.round(part * BAR_WIDTH);
  return '━'.repeat(full) + '─'.repeat(BAR_WIDTH - full);
};

const BAR_WIDTH = 24;
const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

const WORDS: Record<ProgressState['stage'], string> = {
  open: 'opening',
  read: 'reading',
  judge: 'judging',
  transform: 'shrinking binaries',
  write: 'writing',
  commit: 'finishing',
  stop: 'stopping (Ctrl-C again to quit at once)',
};
