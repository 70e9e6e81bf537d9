import type { AnalyzedLayer, AnalyzedPackage, ImageAnalysis } from '../api/analysis.ts';
import type { CheckCause } from '../api/check.ts';

/** What of an analysis is checked. */
export interface CheckedAnalysis extends Pick<
  ImageAnalysis,
  | 'compressedSize'
  | 'unpackedSize'
  | 'contentSize'
  | 'waste'
  | 'efficiency'
  | 'wasted'
  | 'folders'
  | 'largestFiles'
  | 'setuid'
  | 'secrets'
> {
  readonly layers: readonly CheckedLayer[];
  readonly packages: readonly CheckedPackage[];
}

/** A layer with its step; `diffId` is absent where it is not written yet. */
export type CheckedLayer = Pick<
  AnalyzedLayer,
  'number' | 'step' | 'compressedSize' | 'ownSize' | 'waste'
> &
  Partial<Pick<AnalyzedLayer, 'diffId'>>;

export type CheckedPackage = Pick<AnalyzedPackage, 'type' | 'name' | 'version' | 'bytes'>;

/** What is known of the image that is checked. */
export interface CheckSubject {
  readonly analysis: CheckedAnalysis;
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
  readonly analysis?: Pick<CheckedAnalysis, 'packages' | 'layers'> | undefined;
  readonly files?: FileSizes | undefined;
}

/** Bytes of each file of the merged file system by its path, hard links but the first without bytes. */
export type FileSizes = ReadonlyMap<string, number>;
