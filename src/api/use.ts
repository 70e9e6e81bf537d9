import type { Confidence } from './vocabulary.ts';

/** What level `minimal` found out about an image as a whole. */
export interface MinimalFindings {
  /** Absent where `minimal` does what `lean` does. */
  readonly use?: UseReport | undefined;
  /** Why it does that, as part of a sentence: `its config starts nothing`. */
  readonly obstacle?: string | undefined;
}

/** What could be told of the use of an image. */
export interface UseReport {
  readonly confidence: Confidence;
  /** What could not be told without running the image; those that are not covered first. */
  readonly open: readonly OpenUse[];
  /** What it comes to start beside what its config names, and libraries that it opens by name, with what only that needs; at most five, the largest first. */
  readonly costs: readonly {
    readonly path: string;
    readonly bytes: number;
    readonly files: number;
    /** How the image comes to start it. */
    readonly usedBy: string;
  }[];
  /** What was left out with `without`, in its order: all that went with it. Absent where nothing was. */
  readonly leftOut?: readonly {
    readonly name: string;
    readonly files: number;
    readonly bytes: number;
  }[];
  /** What recorded runs used of it; absent without `traces`. */
  readonly traces?: TracesReport | undefined;
  /** Packages of the distribution that some files of are left, documentation not counted. By name. */
  readonly partial: readonly {
    readonly name: string;
    readonly kept: number;
    readonly total: number;
  }[];
}

/** What traces say of an image. */
export interface TracesReport {
  /** Files of the image that they name. */
  readonly files: number;
  /** Paths that the image does not have: those of the machine, or made while it ran. */
  readonly absent: number;
  /** Relative paths whose folder is not known. */
  readonly unplaced: number;
  /** Files that were opened and that nothing else leads to, those that one of them leads to left out. In the order of the traces. */
  readonly missed: readonly MissedFile[];
}

export interface MissedFile {
  readonly path: string;
  /** `opened in strace.txt, line 12` */
  readonly recorded: string;
  /** Why it would have gone. */
  readonly reason: string;
  /** What keeps it without the trace: options. */
  readonly hint: string;
}

export interface OpenUse {
  readonly kind: 'starts' | 'loads' | 'reads';
  /** Where it is written: `/app/run.py, line 9`. */
  readonly place: string;
  /** What is written there, or what it is. */
  readonly word: string;
  /** All that it could turn out to be stays. */
  readonly covered: boolean;
}
