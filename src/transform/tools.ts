import type { FileHandle } from 'node:fs/promises';
import type { UpxGoal } from '../api/vocabulary.ts';
import type { Cache } from '../cache/cache.ts';
import type { Codec } from '../codec/codec.ts';
import type { Step } from './step.ts';
import type { StripStep } from './strip.ts';

/** The tools that the options ask for. */
export interface Tools {
  readonly strip: StripStep | undefined;
  readonly upx: Step | undefined;
  readonly goal: UpxGoal;
}

export interface TransformerOptions {
  readonly codec: Codec;
  /** Makes an empty private folder. */
  readonly newFolder: () => Promise<string>;
  readonly newSpool: () => Promise<FileHandle>;
  readonly signal: AbortSignal | undefined;
  /** Where results of tools are kept for later runs. */
  readonly cache: Cache | undefined;
  /** Seconds for one run of a tool. @default by the size of the file */
  readonly timeLimit?: number | undefined;
}
