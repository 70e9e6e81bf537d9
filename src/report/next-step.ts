import type { SlimOptions } from '../api/options.ts';
import type { ImageReport } from '../api/results.ts';
import { DEFAULT_LEVEL } from '../api/vocabulary.ts';
import { formatCounted, formatSize } from './format-number.ts';

/**
 * What could make images smaller still, as the line that ends a summary; `undefined` where nothing is left to
 * say. It says what the run knows anyway: how much `lean` would take, only a dry run finds out.
 */
export const nextStep = (
  images: readonly ImageReport[],
  { level = DEFAULT_LEVEL, profiles = [] }: Pick<SlimOptions, 'level' | 'profiles'>,
): string | undefined => {
  const isRaised = level === 'safe' && images.length > 0 && !profiles.includes('none');
  const steps = [
    ...(isRaised ? ['--level lean leaves out documentation and development files, too'] : []),
    ...dedupeStep(images),
  ];
  return steps.length === 0
    ? undefined
    : `Next: ${steps.join('; ')}. How much that saves: --dry-run.`;
};

/** The step of `--dedupe`, where it was not done and seems to be worth another run. */
export const dedupeStep = (
  images: readonly Pick<ImageReport, 'lookAlikes' | 'transforms'>[],
): string[] => {
  if (images.some(({ transforms }) => transforms.some(({ by }) => by === 'dedupe'))) return [];
  const files = Math.max(0, ...images.map(({ lookAlikes }) => lookAlikes.files));
  const bytes = Math.max(0, ...images.map(({ lookAlikes }) => lookAlikes.bytes));
  if (bytes < WORTH) return [];
  return [`${formatCounted(files, 'file')}, ${formatSize(bytes)}, seem to be copies: --dedupe`];
};

/** Bytes. */
const WORTH = 100_000;
