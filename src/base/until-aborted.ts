/** What is asked, or sooner the signal's reason as a rejection: for calls that know no signal. They go on, and nobody listens. */
export const untilAborted = <T>(asking: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    asking.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
