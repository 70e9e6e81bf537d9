import { RegistryError } from '../registry-error.ts';
import { seconds } from './progress.ts';
import type { TimeBudget } from './time-budget.ts';

export interface AnswerTimeSettings {
  readonly headersTimeout: number;
  readonly storeRate: number;
  readonly finishTimeout: number;
}

/** Limits the time until the first byte of an answer. */
export interface AnswerTimer {
  readonly start: () => void;
  /** A body is being sent: a `ProgressWatch` limits that time. */
  readonly pause: () => void;
  /** All was sent: `sent` bytes, of a blob of `stored` bytes. Returns whether the answer is still to come. */
  readonly resume: (sent: number, stored: number) => boolean;
  /** The answer has come, or will not. */
  readonly end: () => void;
  /** Milliseconds that are left of those added for the size of what was sent. */
  readonly grace: number;
}

export interface AnswerTimerOptions {
  readonly settings: AnswerTimeSettings;
  readonly budget: TimeBudget;
  /** Names the exchange in the error. */
  readonly where: string;
  readonly onTimeout: (error: RegistryError) => void;
}

/**
 * What the kernels of both sides may hold of a body that counts as sent, in bytes, and how many of them
 * a slow link takes in a second.
 */
const SEND_BUFFER = 4 * 1024 * 1024;
const SLOW_LINK = 64 * 1024;

export const openAnswerTimer = (options: AnswerTimerOptions): AnswerTimer => {
  const { settings, budget, where, onTimeout } = options;
  let timer: NodeJS.Timeout | undefined;
  let started = 0;
  let grace = 0;
  let hasEnded = false;
  const pause = (): void => {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    const waited = performance.now() - started;
    budget.spend(Math.max(waited - grace, 0));
    grace = Math.max(grace - waited, 0);
  };
  const start = (allowed: number): void => {
    started = performance.now();
    const timeout = Math.min(allowed, budget.left) + grace;
    timer = setTimeout(() => {
      const what = `no answer within ${seconds(timeout)} s`;
      onTimeout(new RegistryError('io', `${what}, ${where}`, { retryable: true }));
    }, timeout);
  };
  return {
    start: () => start(settings.headersTimeout),
    pause,
    resume: (sent, stored) => {
      pause();
      grace = Math.min((stored / settings.storeRate) * 1000, settings.finishTimeout);
      const inTransit = (Math.min(sent, SEND_BUFFER) / SLOW_LINK) * 1000;
      if (!hasEnded) start(settings.headersTimeout + inTransit);
      return !hasEnded;
    },
    end: () => {
      pause();
      hasEnded = true;
    },
    get grace() {
      return grace;
    },
  };
};
