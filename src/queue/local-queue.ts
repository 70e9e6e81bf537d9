import type { MirrorJob, MirrorOutcome } from '../api/mirror.ts';
import { abortedError } from '../base/errors.ts';
import { createJobOrder } from './job-order.ts';
import type { Queue, RetryPolicy, RunJob } from './queue.ts';
import { delayAfter, failedOutcome, failureOf, mayPass, type Failure } from './retry.ts';

export interface LocalQueueOptions extends RetryPolicy {
  readonly run: RunJob;
  /** Jobs under way at once. A job that waits for its next attempt is none of them. */
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
}

/** A queue in this process: its jobs begin as soon as they are added. */
export const openLocalQueue = (options: LocalQueueOptions): Queue => {
  const { run, concurrency, attempts, backoff } = options;
  const closing = new AbortController();
  const stop = AbortSignal.any([closing.signal, options.signal ?? closing.signal]);
  const waiting = createJobOrder<Work>();
  /** All that have no outcome yet, by the id of their job. */
  const open = new Map<string, Work>();
  const running = new Set<Promise<void>>();
  const delays = new Set<NodeJS.Timeout>();
  const known: MirrorOutcome[] = [];
  let wake = (): void => {};
  stop.addEventListener('abort', () => {
    delays.forEach(clearTimeout);
    wake();
  });

  const begin = (): void => {
    while (running.size < concurrency && !stop.aborted) {
      const work = waiting.take();
      if (!work) return;
      const attempt = tryOnce(work).finally(() => {
        running.delete(attempt);
        begin();
        wake();
      });
      running.add(attempt);
    }
  };

  const tryOnce = async (work: Work): Promise<void> => {
    const { job } = work;
    const started = performance.now();
    work.attempts++;
    try {
      settle(job, await run(job, work.attempts));
    } catch (error) {
      work.durationMs += performance.now() - started;
      if (stop.aborted) return;
      work.failure = failureOf(error);
      if (work.attempts < attempts && mayPass(error)) tryLater(work);
      else settle(job, failedOutcome(job, error, work));
    }
  };

  const settle = ({ id }: MirrorJob, outcome: MirrorOutcome): void => {
    open.delete(id);
    known.push(outcome);
  };

  const tryLater = (work: Work): void => {
    const delay = setTimeout(
      () => {
        delays.delete(delay);
        waiting.add(work, priorityOf(work.job));
        begin();
      },
      delayAfter(work.attempts, backoff),
    );
    delays.add(delay);
  };

  return {
    add: async (jobs) => {
      const before = open.size;
      for (const job of jobs) {
        if (open.has(job.id)) continue;
        const work = { job, attempts: 0, durationMs: 0 };
        open.set(job.id, work);
        waiting.add(work, priorityOf(job));
      }
      const added = open.size - before;
      begin();
      return added;
    },
    async *outcomes() {
      for (;;) {
        yield* known.splice(0);
        if (known.length > 0) continue;
        if (open.size === 0) return;
        if (stop.aborted && running.size === 0) throw abortedError();
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    unfinished: async () =>
      [...open.values()].map(({ failure, ...work }) => ({
        ...work,
        status: 'interrupted',
        ...failure,
      })),
    close: async () => {
      closing.abort();
      await Promise.all(running);
    },
  };
};

/** A job, and what was spent on it so far. */
interface Work {
  readonly job: MirrorJob;
  attempts: number;
  durationMs: number;
  /** Of the last attempt. */
  failure?: Failure;
}

const priorityOf = ({ settings }: MirrorJob): number => settings.priority ?? 0;
