import type { EventListener } from '../api/events.ts';
import { cacheFolder, openRuntime, type Runtime } from '../index.ts';
import type { FlagsOf } from '../options/option.ts';
import type { CACHE } from '../options/shared-options.ts';
import { progressFor, type ProgressFlags } from './display/progress.ts';

/** What the library is given beside a command's own options. */
export interface RunWith {
  readonly runtime: Runtime;
  readonly onEvent: EventListener;
  readonly signal: AbortSignal;
}

/** Runs an operation with the cache and the progress display that the flags ask for, and closes both. */
export const withRuntime = async <Result>(
  flags: FlagsOf<typeof CACHE> & ProgressFlags,
  signal: AbortSignal,
  operation: (run: RunWith) => Promise<Result>,
): Promise<Result> => {
  const cache = usesCache(flags) ? { folder: cacheFolder() } : undefined;
  const runtime = await openRuntime({ cache });
  const progress = progressFor(flags, signal);
  try {
    return await operation({ runtime, onEvent: progress.onEvent, signal });
  } finally {
    progress.close();
    await runtime.close();
  }
};

const usesCache = ({ noCache }: FlagsOf<typeof CACHE>): boolean =>
  !noCache && (process.env['RESLIM_NO_CACHE'] ?? '') === '';
