/**
 * Knowledge that no file of an image states: what a library or program comes to open by itself, as a file of
 * `profiles/families` says it. Globs are those of profiles: rooted at `/`, a folder takes all below it.
 */
export interface FamilyRule {
  /** `family/id`. */
  readonly id: string;
  /** Acts once one of these is started or loaded; always where there are none. */
  readonly when: readonly string[];
  /** What is taken into a running program then, and needs more in turn. */
  readonly loads: readonly string[];
  /** What is run. */
  readonly starts: readonly string[];
  /** Programs that strings of the file name and that it does without. */
  readonly ignores: readonly string[];
  /** What is opened as data. */
  readonly reads: readonly string[];
  /** Patterns of names of packages of the distribution, all files of which stay. */
  readonly packages: readonly string[];
  /** Where settings say what is run. */
  readonly commands: readonly CommandSetting[];
  /** Variables of the environment whose values are command lines, whoever reads them. */
  readonly variables: readonly string[];
  /** Packages of languages that the package of the file depends on stay whole. */
  readonly depends: boolean;
  /** What is named only while it runs, all of which the rule keeps; absent where nothing is. */
  readonly covers: string | undefined;
  /** One sentence for `--explain`. */
  readonly reason: string;
  /** URL of a page that explains the reason. */
  readonly source: string | undefined;
}

/** Lines of settings that hold command lines. */
export interface CommandSetting {
  /** The files. */
  readonly in: readonly string[];
  /**
   * What a line has, as regular expressions that are looked for all over it. The group `line` is a command line, the group
   * `file` names a file of the same settings; where a match has neither, nobody can tell what is run.
   */
  readonly patterns: readonly string[];
}
