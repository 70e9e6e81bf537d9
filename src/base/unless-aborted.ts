import { abortedError } from './errors.ts';

/** Rejects with `aborted` as soon as the signal fires; the work is not stopped. */
export const unlessAborted = <T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> =>
  new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortedError());
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    void work.then(resolve, reject).finally(() => signal?.removeEventListener('abort', onAbort));
  });
