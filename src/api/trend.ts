import type { CheckCause } from './check.ts';
import type { Digest } from '../oci/digest.ts';
import type { TrendOrder } from './vocabulary.ts';

/** How the images of a repository grew from tag to tag. */
export interface TrendResult {
  /** The repository with its registry. */
  readonly name: string;
  readonly order: TrendOrder;
  /** The growth from which on a tag counts as grown: a part, 0 to 1. */
  readonly threshold: number;
  /** How many tags the repository has, whatever they are. */
  readonly tags: number;
  /** Whether the newest tag of any platform grew by the threshold or more. */
  readonly grown: boolean;
  /** In the order of the newest tag that has the platform. */
  readonly platforms: readonly PlatformTrend[];
  /** Tags that were asked for and are in no history, with the reason. */
  readonly leftOut: readonly LeftOutTag[];
  readonly notes: readonly string[];
}

/** The history of one platform. */
export interface PlatformTrend {
  readonly platform: string;
  /** Whether the newest tag grew by the threshold or more. */
  readonly grown: boolean;
  /** Oldest first. */
  readonly points: readonly TrendPoint[];
}

/** One tag of a history. Sizes are bytes of all layers, as stored. */
export interface TrendPoint {
  readonly tag: string;
  /** Other tags of the same image. Only where tags are ordered by time. */
  readonly otherTags?: readonly string[] | undefined;
  readonly digest: Digest;
  /** As the config says. */
  readonly created?: string | undefined;
  readonly compressedSize: number;
  readonly layers: number;
  /** Bytes more than the point before; absent for the first. */
  readonly change?: number | undefined;
  /** The same as a part of the size before: 0.1 is 10 %. Absent where that was 0, too. */
  readonly growth?: number | undefined;
  readonly grown: boolean;
  /** Of a tag that has grown: the steps that store more, largest first, by digests and history alone. */
  readonly causes?: readonly CheckCause[] | undefined;
}

export interface LeftOutTag {
  readonly tag: string;
  readonly reason: string;
}
