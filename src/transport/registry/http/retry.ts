import { setTimeout as sleep } from 'node:timers/promises';
import { abortedError, throwIfAborted } from '../../../base/errors.ts';
import { RegistryError } from '../registry-error.ts';
import { seconds } from './progress.ts';
import { openTimeBudget, type TimeBudget } from './time-budget.ts';

export interface RetrySettings {
  readonly attempts: number;
  readonly backoff: number;
  readonly backoffMax: number;
  readonly requestTimeout: number;
}

export interface RetryOptions {
  readonly signal?: AbortSignal | undefined;
  /** Shared by requests that belong together. @default one of `requestTimeout` */
  readonly budget?: TimeBudget | undefined;
  /** Whether to try again after this failure, which is retryable. */
  readonly accepts?: ((error: RegistryError) => boolean) | undefined;
}

/**
 * Repeats an action after temporary failures (resets, timeouts, 408, 429, 5xx) until tries or time run out.
 * The error that it rejects with then is not retryable.
 */
export const withRetries = async <T>(
  settings: RetrySettings,
  options: RetryOptions,
  action: (budget: TimeBudget) => Promise<T>,
): Promise<T> => {
  const { signal, budget = openTimeBudget(settings.requestTimeout) } = options;
  const started = performance.now();
  let refusals = 0;
  for (let tries = 1; ; tries++) {
    throwIfAborted(signal);
    try {
      return await action(budget);
    } catch (error) {
      if (!(error instanceof RegistryError) || !error.retryable) throw error;
      if (options.accepts?.(error) === false) throw error;
      if (error.isPaced && ++refusals < MAX_REFUSALS) tries--;
      else if (
        tries >= settings.attempts ||
        !(await pause(settings, { tries, error, budget, signal }))
      )
        throw finalError(error, { tries, started });
    }
  }
};

/** How often a request that waits for its host's limits is refused nevertheless, before those count as tries. */
export const MAX_REFUSALS = 20;

/** No try is begun with less than this part of the total time left. */
const SHORTEST_TRY = 0.1;

export interface PauseOptions {
  /** How many there were. */
  readonly tries: number;
  /** What the last one failed with. */
  readonly error: RegistryError;
  readonly budget: TimeBudget;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits before the next try: as long as the server asked, else exponentially with jitter. Resolves with
 * false, at once, when there is no time left for another.
 */
export const pause = async (
  { backoff, backoffMax, requestTimeout }: RetrySettings,
  { tries, error, budget, signal }: PauseOptions,
): Promise<boolean> => {
  // Jitter: clients that failed together must not come back together.
  const ceiling = Math.min(backoff * 2 ** (tries - 1), backoffMax);
  const delay = Math.max(error.retryAfter ?? 0, ceiling / 2 + (Math.random() * ceiling) / 2);
  if (budget.left - delay < requestTimeout * SHORTEST_TRY) return false;
  budget.spend(delay);
  try {
    await sleep(delay, undefined, signal && { signal });
  } catch {
    throw abortedError();
  }
  return true;
};

/** The last failure, for good; `started` is the time of the first try. */
export const finalError = (
  error: RegistryError,
  { tries, started }: { readonly tries: number; readonly started: number },
): RegistryError => {
  const { code, message, status, codes, retryAfter, cause } = error;
  const asked =
    retryAfter === undefined || retryAfter < 1000
      ? ''
      : `; the server asked to wait ${seconds(retryAfter)} s`;
  const effort = `gave up after ${tries} ${tries === 1 ? 'try' : 'tries'} in ${seconds(performance.now() - started)} s${asked}: --retries and --timeout allow more`;
  const hint = [error.hint, effort].filter(Boolean).join('\n');
  return new RegistryError(code, message, { status, codes, retryAfter, cause, hint });
};

/**
 * Milliseconds of a `Retry-After` header: seconds or a date.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export const parseRetryAfter = (value: string | undefined, now: number): number | undefined => {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(date - now, 0);
};
