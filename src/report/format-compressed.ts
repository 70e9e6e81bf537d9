import type { ImageSize } from '../api/results.ts';
import { formatSize } from './format-number.ts';

/** The compressed size, or an estimate of it where layers lie uncompressed: `377 MB`, `about 377 MB`. */
export const formatCompressed = (size: ImageSize): string =>
  `${size.estimatedGzipSize === undefined ? '' : 'about '}${formatSize(comparableSize(size))}`;

/** The compressed size that can be compared with that of another image, in bytes. */
export const comparableSize = ({
  estimatedGzipSize,
  compressedSize,
}: Pick<ImageSize, 'estimatedGzipSize' | 'compressedSize'>): number =>
  estimatedGzipSize ?? compressedSize;
