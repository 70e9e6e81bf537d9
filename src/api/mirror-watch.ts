import type { LogEntry } from './exporter.ts';
import type { MirrorOptions } from './mirror.ts';

/** Options of `watchMirror`. Times are milliseconds. */
export interface WatchMirrorOptions extends Omit<
  MirrorOptions,
  'dryRun' | 'drain' | 'onInterrupted'
> {
  /** Time between two runs of entries without a schedule, up to a tenth more. @default 3600000 */
  readonly interval?: number | undefined;
  /** `HOST:PORT`, or `:PORT` for all addresses. @default ':9828' */
  readonly listen?: string | undefined;
  /** What notifications of registries must bring along, at least 16 characters. @default none are taken */
  readonly webhookSecret?: string | undefined;
  /** How long images under way may take to end once the signal has fired. @default 20000 */
  readonly stopTimeout?: number | undefined;
  /** Called with everything worth a line in a log. */
  readonly onLog?: ((entry: LogEntry) => void) | undefined;
}
