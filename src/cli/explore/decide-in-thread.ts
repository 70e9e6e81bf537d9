import { Worker } from 'node:worker_threads';
import { abortedError, ReslimError, type ErrorCode } from '../../base/errors.ts';
import { packageFile } from '../../base/package-files.ts';
import type { ExploredMinimal, ExploreOptions } from '../../index.ts';

/** What the thread is to do. */
export interface ThreadOrder {
  readonly options: Omit<ExploreOptions, 'onEvent' | 'runtime' | 'signal'>;
  readonly usesCache: boolean;
}

/** What comes of it. */
export interface ThreadReply {
  readonly minimal?: ExploredMinimal | undefined;
  readonly failure?:
    | { readonly code: ErrorCode; readonly message: string; readonly hint: string | undefined }
    | undefined;
}

/** The thread runs what was built, wherever this code lies. */
const THREAD_URL = packageFile('dist/cli/explore/decide-thread.js');

/**
 * Decides at level `minimal` in a thread of its own: a second at a time, that does nothing else. Settles when the thread has
 * ended, so that it leaves no temporary files. Rejects as `explore` does.
 */
export const decideInThread = (
  order: ThreadOrder,
  signal: AbortSignal,
): Promise<ExploredMinimal> => {
  // What it prints, such as warnings of Node, would be drawn over the screen.
  const worker = new Worker(THREAD_URL, {
    workerData: order,
    execArgv: [],
    stdout: true,
    stderr: true,
  });
  const stop = (): void => worker.postMessage('stop');
  return new Promise<ExploredMinimal>((resolve, reject) => {
    let reply: ThreadReply = {};
    worker.once('message', (message: ThreadReply) => (reply = message));
    worker.once('error', (cause) => reject(lossOf(cause.message, cause)));
    worker.once('exit', (status) => {
      signal.removeEventListener('abort', stop);
      const { minimal, failure } = reply;
      if (signal.aborted) reject(abortedError());
      else if (minimal) resolve(minimal);
      else if (failure) reject(new ReslimError(failure.code, failure.message, failure));
      else reject(lossOf(`status ${status}`));
    });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
};

const lossOf = (what: string, cause?: unknown): ReslimError =>
  new ReslimError('io', `the thread that decides has ended (${what}), process ${process.pid}`, {
    cause,
  });
