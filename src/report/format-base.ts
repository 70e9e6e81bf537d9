import type { BaseReport } from '../api/base-report.ts';
import type { ImageReport } from '../api/results.ts';
import { formatCounted, formatSize } from './format-number.ts';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';

/** What stays in the layers of the base. Nothing where no base was left as it is. */
export const formatBase = (images: readonly ImageReport[], palette: Palette): string[] =>
  images.flatMap(({ platform, base }) =>
    base ? formatOne(base, images.length > 1 ? ` ${printable(platform)}` : '', palette) : [],
  );

const formatOne = (
  { layers, how, name, compressedSize, removable }: BaseReport,
  platform: string,
  { title, faint }: Palette,
): string[] => {
  const found = name === undefined ? FOUND[how] : `${FOUND[how]}: ${printable(name)}`;
  const size = `${formatCounted(layers, 'layer')}, ${formatSize(compressedSize)}`;
  const { files, bytes } = removable;
  return [
    `${title('base')}${platform}  ${size}, as it was ${faint(`(${found})`)}`,
    ...(files > 0
      ? [
          `  ${formatCounted(files, 'file')}, ${formatSize(bytes)} unpacked, could go: slim the base itself, for all images on it`,
        ]
      : []),
  ];
};

const FOUND: Record<BaseReport['how'], string> = {
  count: '--base',
  layer: '--base',
  image: '--base',
  annotation: 'its annotations name it',
  history: 'by the history of the image',
};
