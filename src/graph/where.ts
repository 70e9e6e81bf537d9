/** Where a command line is started. */
export interface Where {
  /** Folders, the most likely first. Absolute. */
  readonly folders: readonly string[];
  /** Folders of programs before those of PATH; relative ones are looked for in the folders and above. */
  readonly searchIn: readonly string[];
  readonly input?: string | undefined;
  readonly inputFiles: readonly string[];
  /** What it reads, another command prints, and nobody knows what that is. */
  readonly isFed?: boolean | undefined;
}
