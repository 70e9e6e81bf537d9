import type { RunOptions } from './options.ts';

/** Options of `exporter`. Times are milliseconds. */
export interface ExporterOptions extends Omit<RunOptions, 'platform'> {
  readonly repositories: readonly WatchedRepository[];
  /** `HOST:PORT`, or `:PORT` for all addresses. @default ':9827' */
  readonly listen?: string | undefined;
  /** Time between two looks at a repository, a tenth more or less. @default 300000 */
  readonly interval?: number | undefined;
  /** Tags that are asked for at once, in all registries together. @default 4 */
  readonly concurrency?: number | undefined;
  /** Labels of all images. @default none */
  readonly labels?: Labels | undefined;
  /** Called with everything worth a line in a log. */
  readonly onLog?: ((entry: LogEntry) => void) | undefined;
}

export type Labels = Readonly<Record<string, string>>;

/** Tags of a repository whose sizes are exported. */
export interface WatchedRepository {
  /** A repository in a registry, without a tag. */
  readonly name: string;
  /** Tags by name. @default ['latest'], or none beside `match` */
  readonly tags?: readonly string[] | undefined;
  /** Globs and ranges of versions, as `trend` takes them; tags are listed each time. @default none */
  readonly match?: readonly string[] | undefined;
  /** How many tags that match, the newest versions. @default 10 */
  readonly newest?: number | undefined;
  /** `os/arch[/variant]`. @default all platforms */
  readonly platform?: string | undefined;
  /** Labels of its images, which win over those of all. @default none */
  readonly labels?: Labels | undefined;
}

/** One line of a log: what happened, and to what. */
export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number>>;
}
