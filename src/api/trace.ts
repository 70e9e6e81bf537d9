import type { NamedDigest } from './named-digest.ts';

/** A run of an image that was recorded. */
export interface TraceResult {
  readonly source: NamedDigest;
  /** Of the image that ran. */
  readonly platform: string;
  readonly engine: 'docker' | 'podman';
  /** The file that was written. */
  readonly output: string;
  /** In the order they were made. */
  readonly runs: readonly TracedRun[];
  /** Different paths that were used, those that the image does not have included. */
  readonly files: number;
  readonly notes: readonly string[];
}

export interface TracedRun {
  /** `start`: what the image starts by itself. */
  readonly kind: 'start' | 'run' | 'http' | 'probe';
  readonly subject: string;
  /** The first line of it: `exit status 0`, `HTTP 200`. */
  readonly answer: string;
}
