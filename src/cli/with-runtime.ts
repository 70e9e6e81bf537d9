import type { EventListener } from '../api/events.ts';
import { cacheFolder, openRuntime, type Runtime } from '../index.ts';
import type { FlagsOf } from '../options/option.ts';
import type { CACHE } from '../options/shared-options.ts';
import type { COMPRESSION } from '../options/layer-options.ts';
import { progressFor, type ProgressFlags } from './display/progress.ts';

/** What the library is given beside a command's own options. */
export interface RunWith {
  readonly runtime: Runtime;
  readonly onEvent: EventListener;
  readonly signal: AbortSignal;
}

type RuntimeFlags = FlagsOf<typeof CACHE> &
  Pick<FlagsOf<typeof COMPRESSION>, 'noVerifyCompression'>;

/** Runs an operation with the cache and the progress display that the flags ask for, and closes both. */
export const withRuntime = async <Result>(
  flags: RuntimeFlags & ProgressFlags,
  signal: AbortSignal,
  operation: (run: RunWith) => Promise<Result>,
): Promise<Result> => {
  const cache = usesCache(flags) ? { folder: cacheFolder() } : undefined;
  const runtime = await openRuntime({ cache, verifyCompression: !flags.noVerifyCompression });
  const progress = progressFor(flags, signal);
  try {
    return await operation({ runtime, onEvent: progress.onEvent, signal });
  } finally {
    progress.close();
    await runtime.close();
  }
};

/** Whether what earlier runs left in the cache is used. */
export const usesCache = ({ noCache }: Pick<RuntimeFlags, 'noCache'>): boolean =>
  !noCache && (process.env['RESLIM_NO_CACHE'] ?? '') === '';
