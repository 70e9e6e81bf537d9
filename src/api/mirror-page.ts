import type { PageFigure, PageList } from './page-document.ts';

/** The data of the page of a mirror run: what `report/page` and `page` agree on. Texts are printable, sizes are bytes. */
export interface MirrorPage {
  readonly kind: 'mirror';
  /** What the run is called. */
  readonly title: string;
  /** Version of reslim. */
  readonly reslim: string;
  readonly dryRun: boolean;
  /** Whether the run was stopped before its end. */
  readonly interrupted: boolean;
  readonly notes: readonly string[];
  readonly figures: readonly PageFigure[];
  /** The order of bars, legends and buttons. */
  readonly states: readonly MirrorPageState[];
  readonly failures: readonly MirrorPageFailure[];
  /** Failures that `failures` leaves out. */
  readonly moreFailures: number;
  readonly entries: readonly MirrorPageEntry[];
  readonly hosts: readonly MirrorPageHost[];
  readonly lists: readonly PageList[];
  readonly images: readonly MirrorPageImage[];
}

export type MirrorPageStatus =
  | 'failed'
  | 'interrupted'
  | 'waiting'
  | 'done'
  | 'left-out'
  | 'unchanged';

export interface MirrorPageState {
  readonly id: MirrorPageStatus;
  readonly label: string;
  /** What it means, in a few words. */
  readonly meaning: string;
}

export interface MirrorPageFailure {
  /** An image, a tag, or an entry as a whole. */
  readonly subject: string;
  readonly reason: string;
  /** Empty where there is none. */
  readonly hint: string;
}

export interface MirrorPageEntry {
  readonly name: string;
  readonly done: number;
  readonly unchanged: number;
  readonly waiting: number;
  readonly leftOut: number;
  readonly failures: number;
  /** Of what was done. */
  readonly before: number;
  readonly after: number;
}

export interface MirrorPageHost {
  readonly host: string;
  readonly received: number;
  readonly sent: number;
  /** By method: `HEAD 200, GET 12`. */
  readonly requests: string;
  readonly waitedMs: number;
}

/** One image. What is not known is absent. */
export interface MirrorPageImage {
  readonly status: MirrorPageStatus;
  /** The position of its entry. */
  readonly entry: number;
  readonly source: string;
  readonly target: string;
  readonly digest?: string | undefined;
  readonly targetDigest?: string | undefined;
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  /** What took the place of what. */
  readonly replaced?: string | undefined;
  readonly reason?: string | undefined;
  readonly hint?: string | undefined;
  /** For people: `2026-11-30 14:05 UTC`. */
  readonly nextTry?: string | undefined;
  readonly copy?: true | undefined;
  readonly attempts: number;
  readonly durationMs: number;
}
