import type { ImageAnalysis } from '../api/analysis.ts';
import type { CheckCause } from '../api/check.ts';

/** What is known of the image that is checked. */
export interface CheckSubject {
  readonly analysis: ImageAnalysis;
  /** As in the config. */
  readonly user: string;
  readonly isRoot: boolean;
  /** What each entry of `deny` found. */
  readonly denied: ReadonlyMap<string, readonly CheckCause[]>;
  readonly files?: FileSizes | undefined;
  readonly baseline?: Baseline | undefined;
}

/** What it is compared with: an image, or what a report says of one, which may be no more than its size. */
export interface Baseline {
  readonly compressedSize: number;
  readonly analysis?: Pick<ImageAnalysis, 'packages' | 'layers'> | undefined;
  readonly files?: FileSizes | undefined;
}

/** Bytes of each file of the merged file system by its path, hard links but the first without bytes. */
export type FileSizes = ReadonlyMap<string, number>;
