import type { EventListener, ReslimEvent } from '../../api/events.ts';
import type { FlagsOf } from '../../options/option.ts';
import type { MACHINE_OUTPUTS } from '../../options/output-options.ts';
import { PROGRESS, type OUTPUT } from '../../options/shared-options.ts';
import { ciService, foldOf, type Fold } from '../ci/ci-service.ts';
import { formatProgress, formatStage, type ProgressState } from './format-progress.ts';

/** The display of a run. */
export interface Progress {
  readonly onEvent: EventListener;
  /** Removes the line; nothing is shown after that. */
  readonly close: () => void;
}

export interface ProgressOptions {
  readonly stream: {
    readonly write: (text: string) => unknown;
    readonly columns?: number | undefined;
  };
  /** Once it fires, the line says that the run is stopping. */
  readonly signal: AbortSignal;
}

/** What a command line says of the display. */
export type ProgressFlags = FlagsOf<typeof OUTPUT> & Pick<FlagsOf<typeof MACHINE_OUTPUTS>, 'ci'>;

/** The display the user asked for, on stderr: a line that is drawn again on a terminal, else a log. */
export const progressFor = (flags: ProgressFlags, signal: AbortSignal): Progress => {
  const stream = process.stderr;
  const kind = displayKind(flags);
  if (kind === 'none') return SILENT;
  if (kind === 'terminal') return openProgress({ stream, signal });
  const service = ciService(flags.ci);
  return openStageLog({ stream, fold: service && foldOf(service) });
};

/** What stderr can show of a run, and the user wants to see. */
export const displayKind = ({
  progress = PROGRESS.progress.default,
  quiet,
}: ProgressFlags): 'terminal' | 'log' | 'none' => {
  const isTerminal = process.stderr.isTTY && process.env['TERM'] !== 'dumb';
  const isWanted =
    progress === 'always' || (progress === 'auto' && !quiet && (isTerminal || isCi(process.env)));
  if (!isWanted) return 'none';
  return isTerminal ? 'terminal' : 'log';
};

/** Whether a CI service runs this: all of them set the same variable. */
const isCi = ({ CI = '' }: NodeJS.ProcessEnv): boolean => !['', '0', 'false'].includes(CI);

/** Shows nothing. */
const SILENT: Progress = { onEvent: () => {}, close: () => {} };

/** Milliseconds from one drawing of the line to the next: more of them flicker and cost time. */
export const INTERVAL = 80;
/** Milliseconds from one line of a log to the next within a stage: CI services end jobs without output. */
export const LOG_INTERVAL = 30_000;
/** A rate over less than this many milliseconds is noise. */
const RATE_AFTER = 1000;

/** Before anything is known. */
export const START: ProgressState = { stage: 'open', done: 0, total: 0 };

/**
 * Keeps one line up to date. Each drawing is one write that covers the last one, and the cursor
 * stays visible: a run that is killed or suspended leaves the terminal as it was.
 */
export const openProgress = ({ stream, signal }: ProgressOptions): Progress => {
  let state = START;
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
  // The timer draws while work is done elsewhere; work that keeps this thread busy draws by its events.
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

interface LogOptions extends Pick<ProgressOptions, 'stream'> {
  /** Milliseconds. @default 30 s */
  readonly interval?: number;
  /** Lines before the first and after the last one. */
  readonly fold?: Fold | undefined;
}

/** Writes a line when a stage begins, and one now and then in a stage that takes long. */
export const openStageLog = ({ stream, interval = LOG_INTERVAL, fold }: LogOptions): Progress => {
  let state = START;
  let stageStart = performance.now();
  let writtenAt = -Infinity;
  return {
    onEvent: (event) => {
      if (event.type !== 'stage' && event.type !== 'progress') return;
      const now = performance.now();
      if (event.type === 'stage') stageStart = now;
      state = nextState(state, event, now - stageStart);
      if (event.type === 'progress' && now - writtenAt < interval) return;
      if (fold && writtenAt === -Infinity) stream.write(`${fold.open}\n`);
      writtenAt = now;
      stream.write(`${formatStage(state)}\n`);
    },
    close: () => {
      if (fold && writtenAt > -Infinity) stream.write(`${fold.close()}\n`);
    },
  };
};

/** The state after an event. `elapsed` is the time since the stage began, in milliseconds. */
export const nextState = (
  state: ProgressState,
  event: ReslimEvent,
  elapsed: number,
): ProgressState => {
  if (event.type !== 'stage' && event.type !== 'progress') return state;
  if (event.type === 'stage')
    return { stage: event.stage, platform: event.platform, done: 0, total: 0 };
  const { stage, done, total } = event;
  const rate = elapsed < RATE_AFTER ? undefined : (done / elapsed) * 1000;
  return { stage, platform: state.platform, done, total, rate };
};

const ERASE_RIGHT = '\x1b[K';
const ERASE_LINE = '\x1b[2K';
