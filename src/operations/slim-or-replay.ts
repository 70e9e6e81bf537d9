import { BUILD } from '../base/version.ts';
import { DamagedCache } from '../cache/cache.ts';
import type { Image } from '../oci/image.ts';
import { replayImage } from '../write/replay-image.ts';
import type { WrittenImage } from '../write/write-image.ts';
import { openKeptBlocks, putPieces } from './kept-blocks.ts';
import { keepResult, findResult, resultKey, type ImageResult } from './kept-results.ts';
import type { SlimRun } from './slim-run.ts';

/** What came of one image; nothing is written in dry runs. */
export interface ImageOutcome extends Pick<ImageResult, 'report' | 'notes'> {
  readonly written: WrittenImage | undefined;
}

/**
 * Slims an image, or writes again what an earlier run made of the same image with the same options. Where the
 * cache turns out to be damaged, the image is slimmed without it.
 */
export const slimOrReplay = async (image: Image, run: SlimRun): Promise<ImageOutcome> => {
  try {
    return (await replay(image, run)) ?? (await slimNow(image, run));
  } catch (error) {
    if (!(error instanceof DamagedCache)) throw error;
    return slimNow(image, { ...run, cache: undefined });
  }
};

const replay = async (image: Image, run: SlimRun): Promise<ImageOutcome | undefined> => {
  const { source, target, cache, session } = run;
  const key = keyOf(image, run);
  if (!cache || key === undefined) return undefined;
  const result = await findResult(cache, key);
  if (!result) return undefined;
  const { report, notes, pieces } = result;
  const { signal } = session;
  const written = await replayImage(image, result.written, {
    source,
    target,
    signal,
    putLayer: ({ descriptor }, at) =>
      putPieces(pieces.get(at) ?? [], descriptor, { cache, target, signal }),
  });
  return { report, notes, written };
};

/** The modules that slim an image are loaded here, since a replay needs none of them. */
const slimNow = async (image: Image, run: SlimRun): Promise<ImageOutcome> => {
  const { slimImage } = await import('./slim-image.ts');
  const { reportImage } = await import('../report/image-report.ts');
  const { notesOn } = await import('./image-notes.ts');
  const blocks = run.cache && openKeptBlocks(run.cache);
  const slimmed = await slimImage(image, run, blocks);
  const { written } = slimmed;
  const report = reportImage({ ...slimmed, explain: run.options.explain ?? [] });
  const notes = notesOn(slimmed);
  const key = keyOf(image, run);
  if (run.cache && blocks && written && key !== undefined) {
    const { pieces } = blocks;
    await keepResult(run.cache, key, { written, pieces, report, notes });
  }
  return { written, report, notes };
};

/** `undefined` where results are not kept: of dry runs, and of tools that may have changed since. */
const keyOf = (image: Image, run: SlimRun): string | undefined => {
  const { session, options, rules, transformer, plan, target } = run;
  if (options.dryRun || transformer.usesTools) return undefined;
  return resultKey(image, [
    BUILD,
    process.versions.zlib,
    rules.fingerprint,
    plan,
    options.compressionLevel,
    session.limits,
    run.recipe,
    options.explain ?? [],
    target.isOciOnly ?? false,
  ]);
};
