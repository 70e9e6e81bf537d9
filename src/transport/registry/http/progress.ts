import { RegistryError } from '../registry-error.ts';

/** Watches a body move. Only time spent waiting for the other side counts. */
export interface ProgressWatch {
  /** The other side is being waited for. */
  wait(): void;
  /** It moved this many bytes. */
  passed(bytes: number): void;
  stop(): void;
}

export interface ProgressOptions {
  /** Milliseconds of waiting in which at least `stallBytes` have to move. */
  readonly stallWindow: number;
  readonly stallBytes: number;
  /** Names the exchange in the error. */
  readonly where: string;
  readonly onStall: (error: RegistryError) => void;
}

/** A server that trickles bytes never trips a timeout between two of them, so the rate is judged. */
export const watchProgress = (options: ProgressOptions): ProgressWatch => {
  let waited = 0;
  let moved = 0;
  let since: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const stall = (): void =>
    options.onStall(
      new RegistryError(
        'io',
        `less than ${options.stallBytes} bytes moved in ${options.stallWindow / 1000} s, ${options.where}`,
        { retryable: true },
      ),
    );
  const stop = (): void => {
    clearTimeout(timer);
    since = undefined;
  };
  return {
    wait: () => {
      since = performance.now();
      timer = setTimeout(stall, Math.max(options.stallWindow - waited, 0));
    },
    passed: (bytes) => {
      if (since !== undefined) waited += performance.now() - since;
      stop();
      moved += bytes;
      if (moved < options.stallBytes) return;
      moved = 0;
      waited = 0;
    },
    stop,
  };
};

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
