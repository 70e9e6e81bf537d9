import type { MirrorJob, MirrorOutcome } from '../api/mirror.ts';

/** Carries jobs to whoever does them, and outcomes back. */
export interface Queue {
  /**
   * Adds jobs: those of a higher priority are done first, then in the order given. A job with the id of one that waits
   * or is under way is not added again. Resolves with how many were added.
   */
  add(jobs: readonly MirrorJob[]): Promise<number>;
  /**
   * The outcome of each job that was added, as soon as it is known; ends when there are no more to come. Once the
   * signal has fired it rejects with `aborted`, after the outcomes of jobs that were still done.
   */
  outcomes(): AsyncIterable<MirrorOutcome>;
  /** Jobs that were added and have no outcome, as far as they got: for those who do not wait for it. */
  unfinished(): Promise<readonly MirrorOutcome[]>;
  /** Begins no more jobs, and resolves when none is under way. */
  close(): Promise<void>;
}

/** Does a job. It is called again after a failure that may pass; `attempt` counts from 1. */
export type RunJob = (job: MirrorJob, attempt: number) => Promise<MirrorOutcome>;

/** How often a job is tried. */
export interface RetryPolicy {
  readonly attempts: number;
  /** Milliseconds before the second attempt; they double with each one. */
  readonly backoff: number;
}
