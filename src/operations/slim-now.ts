import type { CheckedImage } from '../api/check.ts';
import { reportImage } from '../report/image-report.ts';
import type { Image } from '../oci/image.ts';
import type { WrittenImage } from '../write/write-image.ts';
import { complementOutcome, type ComplementOutcome } from './complement-outcome.ts';
import { notesOn } from './image-notes.ts';
import { openKeptBlocks } from './kept-blocks.ts';
import { keepResult, type ImageResult } from './kept-results.ts';
import { slimImage, type SlimmedImage } from './slim-image.ts';
import type { SlimRun } from './slim-run.ts';

/** What came of one image; nothing is written in dry runs. */
export interface ImageOutcome extends Pick<ImageResult, 'report' | 'notes'> {
  readonly written: WrittenImage | undefined;
  /** In dry runs with a budget. */
  readonly expected?: CheckedImage | undefined;
  readonly complement?: ComplementOutcome | undefined;
}

/** Slims an image, and keeps the result in the cache under `key`, where there are both. */
export const slimNow = async (
  image: Image,
  run: SlimRun,
  key: string | undefined,
): Promise<ImageOutcome> => {
  const blocks = run.cache && openKeptBlocks(run.cache);
  const slimmed = await slimImage(image, run, blocks);
  const { written, expected } = slimmed;
  const { explain = [], keep = [], drop = [] } = run.options;
  const report = reportImage({ ...slimmed, explain, keep, drop });
  const notes = notesOn(slimmed, run);
  // What an earlier run compressed is in no cache of this one.
  const whole = slimmed.complement?.written;
  const isOwn = !(whole ?? written)?.layers.some(({ reused }) => reused);
  if (run.cache && blocks && written && isOwn && key !== undefined) {
    const { pieces } = blocks;
    await keepResult(run.cache, key, { written, whole, pieces, report, notes });
  }
  return { written, report, notes, expected, complement: outcomeOf(slimmed) };
};

const outcomeOf = ({
  complement,
  estimates,
  written,
}: SlimmedImage): ComplementOutcome | undefined => {
  if (!complement) return undefined;
  return complement.written && written
    ? complementOutcome(complement.written, written)
    : { bytes: estimates.complement?.compressedSize ?? 0 };
};
