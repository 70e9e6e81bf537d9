import type { CheckResult } from './check.ts';
import type { VerifyResult } from './verify.ts';

/** The stages of a run, in order. */
export type Stage =
  | 'open'
  | 'read'
  | 'judge'
  | 'transform'
  | 'write'
  | 'check'
  | 'verify'
  | 'trace'
  | 'commit';

/**
 * What a run reports while it works. Listeners must not throw; the run does not wait for them.
 *
 * - `stage`: a stage began; `platform` says for which image, where the stage concerns one
 * - `progress`: `done` of `total` bytes of the current stage (`total` is 0 while unknown)
 * - `note`: something the user should know that is not a failure
 * - `check`: how the result of a slim keeps its budget; a run whose budget is not kept then fails with `policy`
 * - `verify`: how the result of a slim compares with its source; a run whose result differs then fails with `policy`
 */
export type ReslimEvent =
  | { readonly type: 'stage'; readonly stage: Stage; readonly platform?: string | undefined }
  | {
      readonly type: 'progress';
      readonly stage: Stage;
      readonly done: number;
      readonly total: number;
    }
  | { readonly type: 'note'; readonly message: string }
  | { readonly type: 'check'; readonly result: CheckResult }
  | { readonly type: 'verify'; readonly result: VerifyResult };

export type EventListener = (event: ReslimEvent) => void;
