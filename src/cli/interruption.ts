import { EXIT } from './failure.ts';

/**
 * Turns SIGINT, SIGTERM and SIGHUP into an abort, so that the run can tidy up. A second one ends the
 * process at once; what hangs on its exit event, such as removing temp folders, still happens.
 */
export const watchInterruption = (): AbortSignal => {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  return controller.signal;
};
