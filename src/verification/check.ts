import type { ChangedFile } from '../api/verify.ts';
import type { ViewPair } from './view-pair.ts';

/** Takes what one check finds. */
export interface Report {
  /** Counts one thing that is looked at. Throws `aborted` once the run is interrupted. */
  readonly look: () => void;
  /** Something is not as in the original: what, as text, and what is wrong with it. */
  readonly differ: (where: string, message: string) => void;
  /** A file has other contents, and is meant to have them. */
  readonly change: (file: ChangedFile) => void;
}

/** Compares a slim image with its original in one respect. What was broken in the original is no difference. */
export type Check = (pair: ViewPair, report: Report) => Promise<void>;
