import { join } from 'node:path';
import { withFileLock } from '../file-lock.ts';
import type { PrivateFolder } from '../private-folder.ts';

export interface LockOptions {
  /** Where this run keeps its own files, in the same file system. */
  readonly folder: PrivateFolder;
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for another run, in milliseconds. */
  readonly lockTimeout?: number | undefined;
}

/** Runs an action while no other run changes the layout. Rejects with `io` when another one does for long. */
export const withLayoutLock = <T>(
  layout: string,
  { folder, signal, lockTimeout = LOCK_TIMEOUT_MS }: LockOptions,
  action: () => Promise<T>,
): Promise<T> =>
  withFileLock(
    join(layout, LOCK_FILE),
    { newFile: (name) => folder.file(name), signal, timeout: lockTimeout },
    action,
  );

export const LOCK_FILE = '.reslim.lock';

const LOCK_TIMEOUT_MS = 60_000;
