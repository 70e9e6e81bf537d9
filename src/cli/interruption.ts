import { abortedError } from '../base/errors.ts';
import { EXIT, formatFailure } from './display/failure.ts';

/** How long a run may take to stop, in milliseconds, before it is ended. */
const GRACE = 5000;

/** What tells a run that the user wants it to stop. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Gives the run so many milliseconds more to stop. */
  readonly extendGrace: (time: number) => void;
}

/**
 * Turns SIGINT, SIGTERM and SIGHUP into an abort, so that the run can clean up. A second one, or a run that
 * does not stop, ends the process; handlers of its exit event, which remove temp folders, still run.
 */
export const watchInterruption = (): Interruption => {
  const controller = new AbortController();
  let grace = GRACE;
  const onSignal = (): void => {
    if (controller.signal.aborted) end();
    controller.abort();
    setTimeout(end, grace).unref();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  return { signal: controller.signal, extendGrace: (time) => void (grace += time) };
};

const end = (): never => {
  process.stderr.write(formatFailure(abortedError()));
  process.exit(EXIT.interrupted);
};
