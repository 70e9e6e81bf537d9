/** A signal that fires with any of several. */
export interface LinkedSignal {
  readonly signal: AbortSignal;
  /** Has to be called: signals that live long would keep all that were linked to them. */
  readonly unlink: () => void;
}

/** `AbortSignal.any` without its leak: in Node 20 a signal that lives long keeps what was made from it. */
export const linkSignals = (...signals: readonly (AbortSignal | undefined)[]): LinkedSignal => {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  for (const signal of signals) {
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
  }
  const unlink = (): void => {
    for (const signal of signals) signal?.removeEventListener('abort', stop);
  };
  return { signal: controller.signal, unlink };
};
