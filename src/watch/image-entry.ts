import type { LogEntry } from '../api/exporter.ts';
import type { MirrorJob, MirrorOutcome } from '../api/mirror.ts';

/** The line of a log about an image, by whomever it was mirrored. A failure with `next_try` is tried again then. */
export const imageEntry = (outcome: MirrorOutcome): LogEntry => {
  const { job, status, digest, targetDigest, targetSize } = outcome;
  const { reason, nextTry, attempts, durationMs } = outcome;
  return {
    level: status === 'failed' && nextTry !== undefined ? 'warn' : LEVELS[status],
    message: 'image',
    fields: {
      ...placesOf(job),
      status,
      ...(digest && { digest }),
      ...(targetDigest && { target_digest: targetDigest }),
      ...(targetSize !== undefined && { bytes: targetSize }),
      duration: inSeconds(durationMs),
      attempt: attempts,
      ...(reason !== undefined && { reason }),
      ...(nextTry !== undefined && { next_try: nextTry }),
    },
  };
};

/** The same for an image that a worker has given back to the queue. */
export const givenBackEntry = (job: MirrorJob, attempt: number): LogEntry => ({
  level: 'info',
  message: 'image',
  fields: { ...placesOf(job), status: 'given-back', attempt },
});

export const inSeconds = (milliseconds: number): number => Math.round(milliseconds) / 1000;

const LEVELS = {
  unchanged: 'debug',
  waiting: 'debug',
  'left-out': 'debug',
  done: 'info',
  failed: 'error',
  interrupted: 'info',
} as const satisfies Record<MirrorOutcome['status'], LogEntry['level']>;

const placesOf = ({ entry, source, target }: MirrorJob): LogEntry['fields'] => ({
  entry,
  source,
  target,
});
