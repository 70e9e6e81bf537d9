import { DamagedCache } from '../cache/cache.ts';
import { knownImageKey, recallImage, rememberImage, type KnownImage } from './known-image.ts';
import type { Image } from '../oci/image.ts';
import { BUILD } from '../base/version.ts';
import type { WrittenImage } from '../write/write-image.ts';
import { writeKnown } from '../write/replay-image.ts';
import type { SlimImageOptions } from './slim-image.ts';

export interface MakeImageOptions extends SlimImageOptions {
  /** Paths to explain, as the user wrote them. */
  readonly explain: readonly string[];
}

/** What came of one image; nothing is written in dry runs. */
export interface MadeImage extends Omit<KnownImage, 'written'> {
  readonly written: WrittenImage | undefined;
}

/**
 * Slims an image, or writes again what an earlier run made of the same image in the same words. When
 * the cache turns out to be damaged, it is made anew without.
 */
export const makeImage = async (image: Image, options: MakeImageOptions): Promise<MadeImage> => {
  try {
    return (await makeAgain(image, options)) ?? (await makeNew(image, options));
  } catch (error) {
    if (!(error instanceof DamagedCache)) throw error;
    return makeNew(image, { ...options, cache: undefined });
  }
};

const makeAgain = async (
  image: Image,
  options: MakeImageOptions,
): Promise<MadeImage | undefined> => {
  const { source, target, cache, signal } = options;
  const key = keyOf(image, options);
  if (!cache || key === undefined) return undefined;
  const known = await recallImage(cache, key);
  if (!known) return undefined;
  const written = await writeKnown(image, known.written, { source, target, cache, signal });
  return { ...known, written };
};

/** What an image goes through is loaded here: one that is known needs nothing of it. */
const makeNew = async (image: Image, options: MakeImageOptions): Promise<MadeImage> => {
  const { slimImage } = await import('./slim-image.ts');
  const { reportImage } = await import('../report/image-report.ts');
  const { notesOn } = await import('./image-notes.ts');
  const slimmed = await slimImage(image, options);
  const { written } = slimmed;
  const report = reportImage({ ...slimmed, explain: options.explain });
  const notes = notesOn(slimmed);
  const key = keyOf(image, options);
  if (options.cache && written && key !== undefined)
    await rememberImage(options.cache, key, { written, report, notes });
  return { written, report, notes };
};

/** Tools outside may have changed since, and a dry run writes nothing: then nothing is kept. */
const keyOf = (image: Image, options: MakeImageOptions): string | undefined => {
  const { rules, plan, level, limits, recipe, explain, transformer, dryRun } = options;
  if (dryRun || transformer.usesTools) return undefined;
  const { zlib } = process.versions;
  return knownImageKey(image, [
    BUILD,
    zlib,
    rules.fingerprint,
    plan,
    level,
    limits,
    recipe,
    explain,
  ]);
};
