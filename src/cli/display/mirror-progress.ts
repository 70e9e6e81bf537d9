import type { MirrorOutcome, MirrorProgress, MirrorStatus } from '../../api/mirror.ts';
import { oneLine } from '../../base/io-error.ts';
import { printable } from '../../report/printable.ts';
import {
  formatMirrorProgress,
  formatTotals,
  shortName,
  widthOf,
  type ImageState,
  type MirrorState,
} from './format-mirror-progress.ts';
import {
  displayKind,
  INTERVAL,
  LOG_INTERVAL,
  nextState,
  START,
  type ProgressFlags,
} from './progress.ts';

/** The display of a mirror. */
export interface MirrorDisplay {
  readonly onProgress: (progress: MirrorProgress) => void;
  readonly onOutcome: (outcome: MirrorOutcome) => void;
  /** Removes what moves; nothing is shown after that. */
  readonly close: () => void;
}

/** The display the user asked for, on stderr: lines that are drawn again on a terminal, else a log. */
export const mirrorDisplay = (flags: ProgressFlags, signal: AbortSignal): MirrorDisplay => {
  const stream = process.stderr;
  const kind = displayKind(flags);
  if (kind === 'none') return { onProgress: () => {}, onOutcome: () => {}, close: () => {} };
  return kind === 'terminal' ? openMirrorView({ stream, signal }) : openMirrorLog({ stream });
};

export interface MirrorViewOptions {
  readonly stream: {
    readonly write: (text: string) => unknown;
    readonly columns?: number | undefined;
    readonly rows?: number | undefined;
  };
  /** Once it fires, the view says that the run is stopping. */
  readonly signal: AbortSignal;
}

/** Keeps lines up to date. Each drawing is one write that covers the last one; the cursor stays behind the last line. */
export const openMirrorView = ({ stream, signal }: MirrorViewOptions): MirrorDisplay => {
  const { state, follow } = followMirror();
  let drawn: readonly string[] = [];
  let tick = 0;
  let isOpen = true;

  /** A terminal that became narrower has broken lines in two. */
  const toTop = (width: number): string => {
    const rows = drawn.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / width)),
      0,
    );
    return rows > 1 ? `\r\x1b[${rows - 1}A` : '\r';
  };
  const draw = (): void => {
    if (!isOpen) return;
    const width = stream.columns || 80;
    // The last column stays empty: writing there makes some terminals wrap. So does the last line: scrolling moves the rest.
    const screen = { width: width - 1, height: Math.max(1, (stream.rows || 24) - 1) };
    const lines = formatMirrorProgress({ ...state(), isStopping: signal.aborted }, screen, tick++);
    const text = lines.map((line) => line + ERASE_RIGHT).join('\n');
    stream.write(`${toTop(width)}${text}${ERASE_BELOW}`);
    drawn = lines;
  };
  const timer = setInterval(draw, INTERVAL).unref();
  signal.addEventListener('abort', draw, { once: true });

  return {
    ...follow,
    close: () => {
      clearInterval(timer);
      signal.removeEventListener('abort', draw);
      if (isOpen && drawn.length > 0) stream.write(`${toTop(stream.columns || 80)}${ERASE_BELOW}`);
      isOpen = false;
    },
  };
};

interface LogOptions extends Pick<MirrorViewOptions, 'stream'> {
  /** Milliseconds between two lines that say how far it is. @default 30 s */
  readonly interval?: number;
}

/** Writes a line for each image that is no longer as it was, and from time to time how many are done. */
export const openMirrorLog = ({ stream, interval = LOG_INTERVAL }: LogOptions): MirrorDisplay => {
  const { state, follow } = followMirror();
  const write = (line: string): void => void stream.write(`${line}\n`);
  const writeTotals = (): void => write(formatTotals(state().planned, state().counts));
  const timer = setInterval(writeTotals, interval).unref();
  return {
    onProgress: (progress) => {
      follow.onProgress(progress);
      if (progress.type === 'begun' && progress.attempt > 1)
        write(`${shortName(progress.job.source)}: attempt ${progress.attempt}`);
    },
    onOutcome: (outcome) => {
      follow.onOutcome(outcome);
      const { status, job, reason, durationMs } = outcome;
      if (status === 'unchanged') return;
      const why = reason === undefined ? '' : `: ${printable(oneLine(reason))}`;
      const time = status === 'done' ? ` in ${(durationMs / 1000).toFixed(1)} s` : '';
      write(`${shortName(job.source)} → ${shortName(job.target)}: ${status}${time}${why}`);
    },
    close: () => {
      clearInterval(timer);
      writeTotals();
    },
  };
};

/** What is known of a mirror from what it tells. */
const followMirror = () => {
  const images = new Map<string, ImageState & { readonly since: number }>();
  const counts: Partial<Record<MirrorStatus, number>> = {};
  let planned = 0;
  const state = (): Omit<MirrorState, 'isStopping'> => ({
    images: [...images.values()],
    planned,
    counts,
  });
  const follow: Omit<MirrorDisplay, 'close'> = {
    onProgress: (progress) => {
      const now = performance.now();
      if (progress.type === 'planned') {
        planned += progress.images;
      } else if (progress.type === 'begun') {
        const { job, attempt } = progress;
        images.set(job.id, { name: job.source, attempt, progress: START, since: now });
      } else {
        const known = images.get(progress.job.id);
        if (!known) return;
        const since = progress.event.type === 'stage' ? now : known.since;
        const next = nextState(known.progress, progress.event, now - since);
        images.set(progress.job.id, { ...known, since, progress: next });
      }
    },
    onOutcome: ({ job, status }) => {
      images.delete(job.id);
      counts[status] = (counts[status] ?? 0) + 1;
    },
  };
  return { state, follow };
};

const ERASE_RIGHT = '\x1b[K';
const ERASE_BELOW = '\x1b[J';
