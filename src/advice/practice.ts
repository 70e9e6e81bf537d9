import type { Change } from './rewrite/change.ts';
import { sizeOf, type Step, type StoredFile, type Subject } from './subject.ts';

/** One practice of good Dockerfiles, in its own file; `PRACTICES` lists all. */
export interface Practice {
  readonly id: string;
  readonly title: string;
  /** Where it is described. */
  readonly source: string;
  /** Where an image does not follow it. Empty where it does, and where nobody can tell. */
  readonly find: (subject: Subject) => readonly Finding[];
}

export interface Finding {
  readonly message: string;
  /** What would not be stored. */
  readonly files: readonly StoredFile[];
  /** Bytes that nobody can tell by files. */
  readonly estimate?: number | undefined;
  /** Where it starts. */
  readonly step: Step | undefined;
  readonly changes: readonly Change[];
  /** To write where no change can be made. */
  readonly example?: { readonly file: string; readonly text: string } | undefined;
}

/** Less than this is not worth anybody's time, nor is so small a part of an image. */
const LEAST_BYTES = 100_000;
const LEAST_SHARE = 0.0025;

/** Whether so many bytes of an image are worth a change. */
export const isWorthwhile = (bytes: number, { files }: Pick<Subject, 'files'>): boolean =>
  bytes >= Math.max(LEAST_BYTES, sizeOf(files) * LEAST_SHARE);
