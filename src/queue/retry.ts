import type { MirrorJob, MirrorOutcome } from '../api/mirror.ts';
import { ReslimError, type ErrorCode } from '../base/errors.ts';

/** What may be gone at the next attempt: the network, or a server that sent something else. */
const PASSING: ReadonlySet<ErrorCode> = new Set(['io', 'mismatch', 'aborted']);

/** Whether another attempt can help. Not so for errors of the image, of the options, or of reslim itself. */
export const mayPass = (error: unknown): boolean =>
  error instanceof ReslimError && PASSING.has(error.code);

/** The longest delay between two attempts, in milliseconds. */
const LONGEST_DELAY = 10 * 60 * 1000;

/** Milliseconds to wait after an attempt. Jitter: jobs that failed together must not come back together. */
export const delayAfter = (attempt: number, backoff: number): number => {
  const ceiling = Math.min(backoff * 2 ** (attempt - 1), LONGEST_DELAY);
  return ceiling / 2 + (Math.random() * ceiling) / 2;
};

/** The outcome of a job that is not tried again. */
export const failedOutcome = (
  job: MirrorJob,
  error: unknown,
  { attempts, durationMs }: Pick<MirrorOutcome, 'attempts' | 'durationMs'>,
): MirrorOutcome => ({ job, status: 'failed', ...failureOf(error), attempts, durationMs });

/** Why a job failed, and what to do about it. */
export interface Failure {
  /** One line. */
  readonly reason: string;
  readonly hint?: string | undefined;
}

/** What an error says. */
export const failureOf = (error: unknown): Failure => {
  if (!(error instanceof ReslimError))
    return { reason: `reslim itself failed: ${String(error).split('\n', 1)[0]}` };
  const { message: reason, hint } = error;
  return hint === undefined ? { reason } : { reason, hint };
};
