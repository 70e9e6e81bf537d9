import { RegistryError } from '../registry-error.ts';
import type { TimeBudget } from './time-budget.ts';

/** Watches the progress of a body. Only time spent waiting for the other side counts. */
export interface ProgressWatch {
  /** The other side is being waited for. */
  readonly wait: () => void;
  /** It moved this many bytes, and is not waited for any more. */
  readonly passed: (bytes: number) => void;
  /** This many bytes of the same exchange went the other way. */
  readonly moved: (bytes: number) => void;
  /** Makes the present window longer, by milliseconds. */
  readonly extend: (grace: number) => void;
  readonly stop: () => void;
}

export interface ProgressOptions {
  /** Milliseconds of waiting in which at least `stallBytes` have to move. */
  readonly stallWindow: number;
  readonly stallBytes: number;
  /** Is charged with the time waited in a window that moved less. */
  readonly budget: TimeBudget;
  /** Names the exchange in the error. */
  readonly where: string;
  readonly onStall: (error: RegistryError) => void;
}

/** A server that sends bytes slowly never exceeds a timeout between two of them, so the rate is checked. */
export const watchProgress = (options: ProgressOptions): ProgressWatch => {
  const { stallWindow, stallBytes, budget, where, onStall } = options;
  let grace = 0;
  let waited = 0;
  let counted = 0;
  let since: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const pause = (): void => {
    clearTimeout(timer);
    if (since !== undefined) waited += performance.now() - since;
    since = undefined;
  };
  const wait = (): void => {
    since = performance.now();
    const window = Math.min(stallWindow, budget.left) + grace;
    const stall = (): void => {
      // Stopped at once: the sender of a body notices the abort late.
      stop();
      const what = `less than ${stallBytes} bytes moved in ${seconds(window)} s`;
      onStall(new RegistryError('io', `${what}, ${where}`, { retryable: true }));
    };
    timer = setTimeout(stall, Math.max(window - waited, 0));
  };
  const stop = (): void => {
    pause();
    budget.spend(Math.max(waited - grace, 0));
    waited = 0;
  };
  const count = (bytes: number): void => {
    counted += bytes;
    if (counted < stallBytes) return;
    counted = 0;
    waited = 0;
    grace = 0;
  };
  const inWindow = (change: () => void): void => {
    const isWaiting = since !== undefined;
    pause();
    change();
    if (isWaiting) wait();
  };
  return {
    wait,
    passed: (bytes) => {
      pause();
      count(bytes);
    },
    moved: (bytes) => inWindow(() => count(bytes)),
    extend: (more) => inWindow(() => (grace += more)),
    stop,
  };
};

/** Milliseconds as seconds, to the tenth. */
export const seconds = (milliseconds: number): number => Math.round(milliseconds / 100) / 10;

/** Passes a download through the watch. */
export async function* watchReceived(
  body: AsyncIterable<Uint8Array>,
  watch: ProgressWatch,
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      watch.wait();
      const { done, value } = await iterator.next();
      if (done) return;
      watch.passed(value.length);
      yield value;
    }
  } finally {
    watch.stop();
    await iterator.return?.();
  }
}

/** Passes an upload through the watch, in pieces small enough to see a slow reader move. */
export async function* watchSent(
  body: AsyncIterable<Uint8Array>,
  watch: ProgressWatch,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of body) {
      for (let at = 0; at < chunk.length; at += PIECE) {
        const piece = chunk.subarray(at, at + PIECE);
        watch.wait();
        yield piece;
        watch.passed(piece.length);
      }
    }
  } finally {
    watch.stop();
  }
}

const PIECE = 64 * 1024;
