/** What is known of a queue of mirrored images, and of those who work on it. */
export interface QueueStatus {
  /** URL of the queue, without its login. */
  readonly queue: string;
  readonly images: QueueCounts;
  /** Processes that are connected. */
  readonly workers: number;
  /** Images that were finished, failed ones included, in the last five minutes. */
  readonly finishedLately: number;
  /** Images that failed for good, the last one first, `most` of them. */
  readonly failed: readonly QueuedFailure[];
  /** Images that are tried again, the next one first, `most` of them. */
  readonly retrying: readonly QueuedFailure[];
}

/** How many images are in which state. Finished ones are counted for a day, failed ones for a week. */
export interface QueueCounts {
  readonly waiting: number;
  readonly active: number;
  /** Failed, and tried again later. */
  readonly retrying: number;
  readonly done: number;
  readonly failed: number;
}

export interface QueuedFailure {
  readonly entry: string;
  readonly source: string;
  readonly target: string;
  readonly reason: string;
  /** What to do about it, in one sentence. */
  readonly hint?: string | undefined;
  /** How often it was tried. */
  readonly attempts: number;
  /** When it failed (RFC 3339); of images that are tried again, when that happens. */
  readonly time: string;
}

export interface MirrorStatusOptions {
  /** `redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]`; `rediss` is the same with TLS. */
  readonly queue: string;
  /** How many failures are told of each kind. @default 20 */
  readonly most?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}
