import { setTimeout as sleep } from 'node:timers/promises';
import { abortedError, throwIfAborted } from '../../../base/errors.ts';
import { RegistryError } from '../registry-error.ts';

export interface RetrySettings {
  readonly attempts: number;
  readonly backoff: number;
  readonly backoffMax: number;
  readonly retryAfterMax: number;
}

export interface RetryOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whether this failure is worth another try, beside being retryable. */
  readonly accepts?: ((error: RegistryError) => boolean) | undefined;
}

/** Repeats an action that failed in a way that may pass: resets, 408, 429, 5xx. */
export const withRetries = async <T>(
  settings: RetrySettings,
  options: RetryOptions,
  action: () => Promise<T>,
): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    throwIfAborted(options.signal);
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof RegistryError) || !error.retryable) throw error;
      if (attempt >= settings.attempts || options.accepts?.(error) === false) throw error;
      await pause(settings, attempt, error, options.signal);
    }
  }
};

/** Waits before try `attempt + 1`: as long as the server asked, else exponentially with jitter. */
export const pause = async (
  settings: RetrySettings,
  attempt: number,
  error: RegistryError,
  signal?: AbortSignal,
): Promise<void> => {
  if (error.retryAfter !== undefined && error.retryAfter > settings.retryAfterMax) throw error;
  // Full jitter: clients that failed together must not come back together.
  const ceiling = Math.min(settings.backoff * 2 ** (attempt - 1), settings.backoffMax);
  const delay = Math.max(error.retryAfter ?? 0, ceiling / 2 + (Math.random() * ceiling) / 2);
  try {
    await sleep(delay, undefined, signal && { signal });
  } catch {
    throw abortedError();
  }
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
