import type { EventListener, ReslimEvent } from '../../api/events.ts';
import type { FlagsOf } from '../../options/option.ts';
import { PROGRESS, type OUTPUT } from '../../options/shared-options.ts';
import { formatProgress, type ProgressState } from './format-progress.ts';

/** The display of a run on a terminal. */
export interface Progress {
  readonly onEvent: EventListener;
  /** Takes the line away; nothing is drawn after that. */
  readonly close: () => void;
}

export interface ProgressOptions {
  readonly stream: {
    readonly write: (text: string) => unknown;
    readonly columns?: number | undefined;
  };
  /** The line says so when the run is to stop. */
  readonly signal: AbortSignal;
}

/** The display the user asked for, on stderr. */
export const progressFor = (
  { progress = PROGRESS.progress.default, quiet }: FlagsOf<typeof OUTPUT>,
  signal: AbortSignal,
): Progress => {
  const stream = process.stderr;
  const isTerminal = stream.isTTY && process.env['TERM'] !== 'dumb';
  const isWanted = progress === 'always' || (progress === 'auto' && isTerminal && !quiet);
  return isWanted ? openProgress({ stream, signal }) : SILENT;
};

/** Shows nothing. */
const SILENT: Progress = { onEvent: () => {}, close: () => {} };

/** Between two pictures, in milliseconds: faster ones flicker and cost time. */
const INTERVAL = 80;
/** A rate over less than this many milliseconds is noise. */
const RATE_AFTER = 1000;

/**
 * Keeps one line up to date. Every picture is one write that covers the last one, and the cursor
 * stays visible: a run that is killed or suspended leaves the terminal as it was.
 */
export const openProgress = ({ stream, signal }: ProgressOptions): Progress => {
  let state: ProgressState = { stage: 'open', done: 0, total: 0 };
  let stageStart = performance.now();
  let drawnAt = -Infinity;
  let tick = 0;
  let isOpen = true;

  const draw = (): void => {
    const now = performance.now();
    if (!isOpen || now - drawnAt < INTERVAL / 2) return;
    drawnAt = now;
    // The last column stays empty: writing there makes some terminals wrap.
    const line = formatProgress(state, (stream.columns || 80) - 1, tick++);
    stream.write(`\r${line}${ERASE_RIGHT}`);
  };
  const stop = (): void => {
    state = { stage: 'stop', done: 0, total: 0 };
    drawnAt = -Infinity;
    draw();
  };
  // Work that keeps the thread busy draws from its events, work elsewhere from the timer.
  const timer = setInterval(draw, INTERVAL).unref();
  signal.addEventListener('abort', stop, { once: true });

  return {
    onEvent: (event) => {
      if (state.stage === 'stop') return;
      const now = performance.now();
      if (event.type === 'stage') stageStart = now;
      state = nextState(state, event, now - stageStart);
      if (now - drawnAt >= INTERVAL) draw();
    },
    close: () => {
      clearInterval(timer);
      signal.removeEventListener('abort', stop);
      if (drawnAt > -Infinity) stream.write(`\r${ERASE_LINE}`);
      isOpen = false;
    },
  };
};

/** `elapsed` is the time since the stage began, in milliseconds. */
const nextState = (state: ProgressState, event: ReslimEvent, elapsed: number): ProgressState => {
  if (event.type === 'note') return state;
  if (event.type === 'stage')
    return { stage: event.stage, platform: event.platform, done: 0, total: 0 };
  const { stage, done, total } = event;
  const rate = elapsed < RATE_AFTER ? undefined : (done / elapsed) * 1000;
  return { stage, platform: state.platform, done, total, rate };
};

const ERASE_RIGHT = '\x1b[K';
const ERASE_LINE = '\x1b[2K';
