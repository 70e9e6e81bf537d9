import type { SlimResult } from '../api/results.ts';
import { formatSize } from './format-number.ts';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';

/** What is written beside the new image, or in a dry run would be. Nothing where that was not asked for. */
export const formatComplement = (
  { complement }: Pick<SlimResult, 'complement'>,
  { title, faint }: Palette,
): string[] => {
  if (!complement) return [];
  const { tag, digest, bytes } = complement;
  const size = `${digest ? '' : 'about '}${formatSize(bytes)}`;
  const shown = digest ? faint(` ${digest}`) : '';
  return [
    `${title('complement')}  ${printable(tag)}: the original, ${size} beside the new image${shown}`,
  ];
};
