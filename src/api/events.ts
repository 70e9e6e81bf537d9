/** The stages of a run, in order. */
export type Stage = 'open' | 'read' | 'judge' | 'transform' | 'write' | 'commit';

/**
 * What a run reports while it works. Listeners must not throw; the run does not wait for them.
 *
 * - `stage`: a stage began; `platform` says for which image, where the stage concerns one
 * - `progress`: `done` of `total` bytes of the current stage (`total` is 0 while unknown)
 * - `note`: something the user should know that is not a failure
 */
export type ReslimEvent =
  | { readonly type: 'stage'; readonly stage: Stage; readonly platform?: string | undefined }
  | {
      readonly type: 'progress';
      readonly stage: Stage;
      readonly done: number;
      readonly total: number;
    }
  | { readonly type: 'note'; readonly message: string };

export type EventListener = (event: ReslimEvent) => void;
