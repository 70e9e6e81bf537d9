import type { MirrorOptions, MirrorResult } from '../api/mirror.ts';

/**
 * Brings images to where they are wanted: lists what the entries ask for, and slims or copies what is not there yet.
 * What fails is tried again, and is an outcome in the end; other images go on. Rejects with `usage` for what is wrong
 * with the entries, and with `aborted`; targets then have what was finished.
 */
export const mirror = async (options: MirrorOptions): Promise<MirrorResult> => {
  const { mirrorNow } = await import('./mirror-now.ts');
  return mirrorNow(options);
};
