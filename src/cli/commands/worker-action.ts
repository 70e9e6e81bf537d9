import { stateFolder, worker, type WorkerOptions } from '../../index.ts';
import { WORKER_OPTIONS, type WorkerFlags } from '../../options/queue-options.ts';
import type { Call } from '../command.ts';
import { openLog } from '../display/log.ts';
import { libraryOptions } from '../settings/library-options.ts';
import { neededQueueUrl } from '../settings/queue-url.ts';
import { readRates } from '../settings/read-rates.ts';
import { withRuntime } from '../with-runtime.ts';

/** `reslim worker`: works until it is told to stop, which is no failure. */
export const runWorker = async ({ flags, signal }: Call<object, WorkerFlags>): Promise<void> => {
  const onLog = await openLog(flags);
  const options: WorkerOptions = {
    ...libraryOptions<WorkerOptions>(WORKER_OPTIONS, flags),
    queue: neededQueueUrl(flags.queue, process.env),
    hosts: readRates(flags.rate),
    state: stateFolder(),
    onLog,
  };
  // Progress of several images at once is none: the log tells.
  await withRuntime({ ...flags, quiet: true }, signal, ({ runtime }) =>
    worker({ ...options, runtime, signal }),
  );
};
