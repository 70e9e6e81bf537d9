import { baseOf, type BytePath } from '../base/byte-path.ts';
import type { FileAt } from '../tree/open-file.ts';

/** Where times of files are written down. Who finds a file with another time takes what is written there for stale. */
export interface TimeRecords {
  /** Fits the names of the files that hold the times, without their folders. */
  readonly names: RegExp;
  /** Fits the absolute paths of the folders that they lie in. */
  readonly folders?: RegExp;
  /** Absolute path and contents of such a file. */
  readonly read: (
    path: BytePath,
    file: FileAt,
  ) => Promise<readonly RecordedTime[]> | readonly RecordedTime[];
}

/** Files whose times are recorded: those that agree with all that is stated. */
export interface RecordedTime {
  /** Absolute path. */
  readonly path?: string;
  /** Name without its folder. */
  readonly name?: string;
  /** Absolute path of a folder, for all that is in it. */
  readonly folder?: string;
  /** Seconds, of which the record may have the lower 32 bits only. */
  readonly mtime?: number;
  readonly size?: number;
}

/** Records by the names of the files in them, wherever these names stand. */
export const recordsByName =
  (names: RegExp): TimeRecords['read'] =>
  async (_path, file) => {
    const found = new Set<string>();
    for (let at = 0; at < file.size; at += CHUNK) {
      const piece = await file.read(at, Math.min(CHUNK + OVERLAP, file.size - at));
      for (const [name] of piece.toString('latin1').matchAll(names)) found.add(baseOf(name));
    }
    return [...found].map((name) => ({ name }));
  };

const CHUNK = 1024 * 1024;
const OVERLAP = 256;
