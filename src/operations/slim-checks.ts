import type { SlimOptions } from '../api/options.ts';
import type { ImageReport } from '../api/results.ts';
import { ReslimError } from '../base/errors.ts';

/** The target, which only a dry run may leave out. Throws `usage`. */
export const targetOf = ({ target }: SlimOptions): string => {
  if (target !== undefined) return target;
  throw new ReslimError('usage', 'no target is named', {
    hint: 'add -o TARGET, or --dry-run to see what would go',
  });
};

/** Throws `unsupported` where there was no image to slim. */
export const refuseEmpty = (images: readonly ImageReport[], name: string): void => {
  if (images.length > 0) return;
  throw new ReslimError('unsupported', `no image with file system layers, ${name}`, {
    place: name,
  });
};

/** Throws `policy` for an image whose stored layers, which users download, are larger than allowed. */
export const refuseOverBudget = (
  images: readonly ImageReport[],
  maxSize: number | undefined,
): void => {
  for (const { platform, target } of images) {
    if (maxSize === undefined || target === undefined || target.compressedSize <= maxSize) continue;
    throw new ReslimError(
      'policy',
      `${target.compressedSize} bytes are over the budget of ${maxSize}, image for ${platform}`,
      {
        hint: 'see what is left with --dry-run, or try --level lean',
      },
    );
  }
};
