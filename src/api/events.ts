/** The steps of a run, in order. */
export type Stage = 'open' | 'read' | 'judge' | 'transform' | 'write' | 'commit';

/**
 * What a run says while it works. Listeners must not throw and cannot slow the run down.
 *
 * - `stage`: a step began; `platform` is set where an index has several images
 * - `progress`: `done` of `total` bytes of the current step (`total` is 0 while unknown)
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
