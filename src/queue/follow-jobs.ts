import type { MirrorJob, MirrorOutcome } from '../api/mirror.ts';
import { outcomeOf, redisId, type JobQueue } from './redis-job.ts';

/** Jobs in Redis whose outcomes somebody waits for. */
export interface FollowedJobs {
  readonly add: (jobs: readonly MirrorJob[]) => void;
  /** Looks whether a job is finished, by its id in the queue. */
  readonly look: (id: string) => void;
  /** The outcomes that became known since the last call. */
  readonly take: () => readonly MirrorOutcome[];
  readonly isDone: () => boolean;
  /** Those whose outcome is not known. */
  readonly pending: () => readonly MirrorJob[];
  /** Resolves when there is something to take, or the signal fires; rejects with what looking failed with. */
  readonly change: () => Promise<void>;
  readonly close: () => void;
}

export interface FollowOptions {
  /** Adds jobs that the server has lost. */
  readonly put: (jobs: readonly MirrorJob[]) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Follows jobs until they are finished. It does not depend on events, which are lost while the server is away: every few
 * seconds it looks at some of the jobs in any case.
 */
export const followJobs = (queue: JobQueue, { put, signal }: FollowOptions): FollowedJobs => {
  const pending = new Map<string, MirrorJob>();
  const known: MirrorOutcome[] = [];
  let failure: unknown;
  let wake = (): void => {};
  signal?.addEventListener('abort', () => wake());

  const lookAt = async (ids: readonly string[]): Promise<void> => {
    const found = await Promise.all(ids.map((id) => queue.getJob(id)));
    const lost: MirrorJob[] = [];
    ids.forEach((id, at) => {
      const job = pending.get(id);
      if (!job) return;
      const redisJob = found[at];
      const outcome = redisJob && outcomeOf(redisJob);
      if (!redisJob) lost.push(job);
      // Those that are not finished go to the end, so that all have their turn.
      pending.delete(id);
      if (outcome) known.push(outcome);
      else pending.set(id, job);
    });
    if (lost.length > 0) await put(lost);
    wake();
  };
  const fail = (error: unknown): void => {
    failure ??= error;
    wake();
  };
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    lookAt([...pending.keys()].slice(0, LOOKED_AT))
      .catch(fail)
      .finally(() => (looking = false));
  }, INTERVAL);

  return {
    add: (jobs) => {
      for (const job of jobs) pending.set(redisId(job), job);
    },
    look: (id) => {
      if (pending.has(id)) lookAt([id]).catch(fail);
    },
    take: () => known.splice(0),
    isDone: () => pending.size === 0 && known.length === 0,
    pending: () => [...pending.values()],
    change: async () => {
      if (known.length === 0 && failure === undefined && !signal?.aborted)
        await new Promise<void>((resolve) => (wake = resolve));
      if (failure !== undefined) throw failure;
    },
    close: () => clearInterval(timer),
  };
};

/** Milliseconds between looks, and how many jobs are looked at. */
const INTERVAL = 3000;
const LOOKED_AT = 500;
