import type { FileHandle } from 'node:fs/promises';
import type { UpxGoal } from '../api/vocabulary.ts';
import type { ResultCache } from './result-cache.ts';
import type { Step } from './step.ts';
import type { StripStep } from './strip.ts';

/** What is done to binaries. */
export interface Tools {
  readonly strip: StripStep | undefined;
  readonly upx: Step | undefined;
  readonly goal: UpxGoal;
}

export interface TransformerOptions {
  /** Makes an empty private folder. */
  readonly newFolder: () => Promise<string>;
  readonly newSpool: () => Promise<FileHandle>;
  readonly signal: AbortSignal | undefined;
  /** Where results of tools are kept for later runs. @default nowhere */
  readonly cache?: ResultCache | undefined;
  /** Seconds for one run of a tool. @default by the size of the file */
  readonly timeLimit?: number | undefined;
}
