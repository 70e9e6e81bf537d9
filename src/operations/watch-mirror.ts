import type { WatchMirrorOptions } from '../api/mirror-watch.ts';

/**
 * Mirrors entries again and again, by their schedules and when registries tell of a push, until the signal fires.
 * Rejects with `usage` for what is wrong with the options, and with `io` where it cannot listen; what fails later is logged
 * and counted.
 */
export const watchMirror = async (options: WatchMirrorOptions): Promise<void> => {
  const { watchMirrorNow } = await import('./watch-mirror-now.ts');
  return watchMirrorNow(options);
};
