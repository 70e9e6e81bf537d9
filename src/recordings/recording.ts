/**
 * What a run did with a file, the weakest first:
 *
 * - `asked`: asked whether it is there, where a symlink leads, or the like
 * - `opened`: opened it
 * - `started`: ran it as a program
 */
export type RecordedUse = 'asked' | 'opened' | 'started';

/** A file that a run used. Strings are binary. */
export interface RecordedFile {
  /** Absolute; `..` and symlinks may be in it. */
  readonly path: string;
  readonly use: RecordedUse;
  /** From 1, where the use first stands; absent where lines say nothing. */
  readonly line?: number | undefined;
  /** What a program was started with, without its name. */
  readonly args?: readonly string[] | undefined;
}

/** What a tool wrote down of a run. */
export interface Recording {
  /** Of the file, for messages. */
  readonly name: string;
  /** Each path once, in the order of the file. */
  readonly files: readonly RecordedFile[];
  /** Paths that are relative to a folder which is not known. */
  readonly unplaced: number;
}

/** Takes what a reader finds; a path that was found before with less counts for more. */
export interface Found {
  readonly add: (file: RecordedFile) => void;
  readonly leaveUnplaced: () => void;
}

/** A format that is read line by line. Lines that say nothing are passed over. */
export interface LineFormat {
  readonly isLine: (line: string) => boolean;
  readonly open: (found: Found) => (line: string, number: number) => void;
}

/** Bounds on what a recording may cost. A busy day of a server under strace is less than a tenth of it. */
export interface RecordingLimits {
  /** Bytes of a file. */
  readonly size: number;
  /** Bytes of a document that is read as a whole. */
  readonly documentSize: number;
  /** Bytes of a line; what is longer is passed over. */
  readonly lineSize: number;
  readonly lines: number;
  /** Different paths. */
  readonly paths: number;
  /** Bytes of a path: Linux stops there. */
  readonly pathSize: number;
}

const MiB = 1024 * 1024;

export const RECORDING_LIMITS: RecordingLimits = {
  size: 4096 * MiB,
  documentSize: 256 * MiB,
  lineSize: MiB / 4,
  lines: 50_000_000,
  paths: 500_000,
  pathSize: 4096,
};
