import type { Labels } from '../api/exporter.ts';
import type { ImageSummary } from '../trend/summarize-image.ts';

/** What is known of a watched repository; the metrics are made from it whenever they are asked for. */
export interface WatchState {
  readonly registry: string;
  readonly repository: string;
  readonly labels: Labels;
  /** What was found last. Stays where a later look fails: the time of the last success tells how old it is. */
  images: readonly WatchedTag[];
  /** Seconds since 1970. */
  lastSuccess: number | undefined;
  /** Seconds that the last look took. */
  duration: number | undefined;
  errors: number;
  /** How often it was looked at, whatever came of it. */
  looks: number;
}

export interface WatchedTag {
  readonly tag: string;
  readonly images: readonly ImageSummary[];
}

export const newState = (
  where: Pick<WatchState, 'registry' | 'repository' | 'labels'>,
): WatchState => ({
  ...where,
  images: [],
  lastSuccess: undefined,
  duration: undefined,
  errors: 0,
  looks: 0,
});
