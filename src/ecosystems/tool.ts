/**
 * A program that keeps a cache or a store from which it works again when it is started: a package manager,
 * a build tool. What it keeps is needed where an image starts it for that.
 */
export interface Tool {
  /** What profiles call it. */
  readonly name: string;
  /**
   * Programs that read what it keeps, each with the words behind it for which it does: `install`. `''`
   * stands for none at all, `undefined` for any. `cargo-*` stands for all names that begin so.
   */
  readonly programs: Readonly<Record<string, readonly string[] | undefined>>;
  /** Settings of the environment, as `NAME=value`, that tell it to work without a network. */
  readonly offline?: readonly RegExp[];
  /** Settings of the environment, as `NAME=value`, that have it started. */
  readonly askedBy?: readonly RegExp[];
  /** Text of a source by which the source has the tool work. */
  readonly signs?: readonly RegExp[];
  /** Text of a compiled program by which the program starts the first of `programs`. */
  readonly frontEnds?: readonly RegExp[];
  /** Programs that it starts in turn: an installer compiles what it installs. */
  readonly calls?: readonly string[];
}

/** What an installer starts for packages that come as sources: out of a repository, to be compiled. */
export const FOR_SOURCES: readonly string[] = [
  ...['gcc', 'g++', 'cc', 'c++', 'make', 'cmake', 'ninja', 'meson', 'pkg-config', 'git'],
];
