import { BUILD } from '../base/version.ts';
import { DamagedCache } from '../cache/cache.ts';
import type { Image } from '../oci/image.ts';
import { replayComplement, replayImage, type ReplayOptions } from '../write/replay-image.ts';
import { complementOutcome, originalOf } from './complement-outcome.ts';
import { putPieces } from './kept-blocks.ts';
import { findResult, resultKey } from './kept-results.ts';
import type { ImageOutcome, slimNow } from './slim-now.ts';
import type { SlimRun } from './slim-run.ts';

/**
 * Slims an image, or writes again what an earlier run made of the same image with the same options. Where the
 * cache turns out to be damaged, the image is slimmed without it.
 */
export const slimOrReplay = async (image: Image, run: SlimRun): Promise<ImageOutcome> => {
  const key = keyOf(image, run);
  try {
    return (await replay(image, run, key)) ?? (await slim(image, run, key));
  } catch (error) {
    if (!(error instanceof DamagedCache)) throw error;
    return slim(image, { ...run, cache: undefined }, key);
  }
};

/** Loads most of the code of reslim, which a replay does without. */
const slim = async (...input: Parameters<typeof slimNow>): Promise<ImageOutcome> => {
  const { slimNow } = await import('./slim-now.ts');
  return slimNow(...input);
};

const replay = async (
  image: Image,
  { source, target, cache, shared, complement, session: { signal } }: SlimRun,
  key: string | undefined,
): Promise<ImageOutcome | undefined> => {
  // What is kept for others is found out from open layers.
  if (shared?.isKept) return undefined;
  const result = cache && key !== undefined ? await findResult(cache, key) : undefined;
  if (!cache || !result) return undefined;
  const { report, notes, pieces } = result;
  const replaying: ReplayOptions = {
    source,
    target,
    signal,
    putLayer: ({ descriptor }, at) =>
      putPieces(pieces.get(at) ?? [], descriptor, { cache, target, signal }),
  };
  const written = await replayImage(image, result.written, replaying);
  if (!complement || !result.whole) return { report, notes, written };
  const original = originalOf(image, complement);
  const whole = await replayComplement(original, result.whole, written, replaying);
  return { report, notes, written, complement: complementOutcome(whole, written) };
};

/** `undefined` where results are not kept: of dry runs, with all files, and of tools that may have changed since. */
const keyOf = (image: Image, run: SlimRun): string | undefined => {
  const { session, options, rules, transformer, plan, target, complement } = run;
  if (options.dryRun || options.listFiles || transformer.usesTools) return undefined;
  return resultKey(image, [
    BUILD,
    process.versions.zlib,
    rules.fingerprint,
    plan,
    options.compressionLevel,
    session.codec.verifies,
    session.limits,
    run.recipe,
    options.explain ?? [],
    target.isOciOnly ?? false,
    run.findBase?.(image) ?? null,
    complement?.recipe ?? null,
  ]);
};
