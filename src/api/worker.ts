import type { LogEntry } from './exporter.ts';
import type { HostPolicy } from './hosts.ts';
import type { MirrorOutcome } from './mirror.ts';
import type { RunOptions } from './options.ts';

/** Options of `worker`. Times are milliseconds. */
export interface WorkerOptions extends Omit<RunOptions, 'platform'> {
  /** `redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]`; `rediss` is the same with TLS. */
  readonly queue: string;
  /** How hosts are treated, by `name` or `name:port`. @default what the host itself asks for */
  readonly hosts?: Readonly<Record<string, HostPolicy>> | undefined;
  /** Images that are worked on at once. @default 4 */
  readonly concurrency?: number | undefined;
  /** How long another worker that gives no sign of life keeps its images. @default 30000 */
  readonly takeover?: number | undefined;
  /** `HOST:PORT` where metrics are served, or `:PORT` for all addresses. @default nowhere */
  readonly listen?: string | undefined;
  /** Folder where workers of one machine see who works on which target. @default they do not */
  readonly state?: string | undefined;
  /** Called with the outcome of each image. */
  readonly onOutcome?: ((outcome: MirrorOutcome) => void) | undefined;
  /** Called with everything worth a line in a log. */
  readonly onLog?: ((entry: LogEntry) => void) | undefined;
}
