import type { Job, JobsOptions, Queue } from 'bullmq';
import type { MirrorJob, MirrorOutcome } from '../api/mirror.ts';
import type { RetryPolicy } from './queue.ts';
import { delayAfter, type Failure } from './retry.ts';

/** What keys of the queue begin with: `reslim:mirror:`. */
export const QUEUE = { name: 'mirror', prefix: 'reslim' } as const;

/** How many workers may die while they have a job. After one more it has failed. */
export const MOST_DEATHS = 3;

/** A job as the queue has it. Its result is the outcome, without the job. */
export type RedisJob = Job<MirrorJob, JobResult>;

export type JobResult = Omit<MirrorOutcome, 'job'>;

export type JobQueue = Queue<MirrorJob, JobResult>;

/** The id in the queue; BullMQ refuses whole numbers. */
export const redisId = ({ id }: Pick<MirrorJob, 'id'>): string => `image-${id}`;

/** How BullMQ is told of a job. */
export const toRedis = (
  job: MirrorJob,
  { attempts, backoff }: RetryPolicy,
): { readonly name: string; readonly data: MirrorJob; readonly opts: JobsOptions } => ({
  name: 'image',
  data: job,
  opts: {
    jobId: redisId(job),
    attempts,
    backoff: { type: 'custom', delay: backoff },
    priority: redisPriority(job.settings.priority ?? 0),
    removeOnComplete: { age: KEPT_TIME, count: KEPT },
    removeOnFail: { age: 7 * KEPT_TIME, count: KEPT },
    stackTraceLimit: 0,
  },
});

/** Results are kept for a day, failures for a week, and no more than so many: about 1 kB of Redis's memory each. */
const KEPT_TIME = 24 * 60 * 60;
const KEPT = 100_000;

/** The delay before the next attempt, by BullMQ's word for an own way to compute it. */
export const nextDelay = (
  attempt: number,
  _type?: string,
  _error?: Error,
  job?: unknown,
): number => {
  const { backoff } = (job as RedisJob).opts;
  return Math.round(delayAfter(attempt, typeof backoff === 'object' ? (backoff.delay ?? 0) : 0));
};

/** There, 1 is the highest priority and 2097151 the lowest; none at all would be above all others. */
const redisPriority = (priority: number): number =>
  Math.round(Math.min(Math.max(MIDDLE - priority, 1), 2 * MIDDLE - 1));

const MIDDLE = 2 ** 20;

/** The outcome of a job that has one. */
export const outcomeOf = (redisJob: RedisJob): MirrorOutcome | undefined => {
  const { data: job, finishedOn, processedOn, failedReason, returnvalue, attemptsMade } = redisJob;
  if (finishedOn === undefined) return undefined;
  // The reason of an attempt that failed stays when the next one succeeds.
  if (returnvalue) return { job, ...returnvalue };
  return {
    job,
    status: 'failed',
    ...parseFailure(failedReason),
    attempts: attemptsMade,
    durationMs: finishedOn - (processedOn ?? finishedOn),
  };
};

/** A failure as BullMQ keeps it: one text, the reason first. */
export const failureText = ({ reason, hint }: Failure): string =>
  hint === undefined ? reason : `${reason}\n${hint}`;

/** Why a job failed, in our words where BullMQ has decided that it did. */
export const parseFailure = (text: string): Failure => {
  if (text.startsWith('job stalled')) return { reason: DEATHS };
  const [, reason = text, hint] = /^([^\n]*)\n(.+)$/s.exec(text) ?? [];
  return hint === undefined ? { reason } : { reason, hint };
};

const DEATHS = `${MOST_DEATHS + 1} workers ended while they had it: perhaps it takes more memory than they have`;
