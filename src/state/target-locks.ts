import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { withIoErrors } from '../base/io-error.ts';
import { removeStaleLock, withFileLock } from '../transport/file-lock.ts';

/** Keeps the runs of one user on one machine from working on one target at once. */
export interface TargetLocks {
  /** Runs an action while no other run works on the target; waits for one that does, however long it takes. */
  readonly hold: <T>(target: string, action: () => Promise<T>) => Promise<T>;
}

export interface TargetLocksOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called when another run has the target. */
  readonly onWait?: ((target: string) => void) | undefined;
}

/**
 * Locks are files named after targets; one whose process has ended is taken over. Rejects with `io` where the folder
 * cannot be used.
 */
export const openTargetLocks = async (
  folder: string,
  { signal, onWait }: TargetLocksOptions = {},
): Promise<TargetLocks> => {
  await withIoErrors(folder, () => mkdir(folder, { recursive: true, mode: 0o700 }));
  const newFile = (name: string): string =>
    join(folder, `${process.pid}-${randomBytes(6).toString('hex')}.${name}`);
  await removeAbandoned(folder, newFile);
  return {
    hold: (target, action) =>
      withFileLock(
        join(folder, `${createHash('sha256').update(target).digest('hex')}.lock`),
        { newFile, signal, timeout: Infinity, onWait: onWait && (() => onWait(target)) },
        action,
      ),
  };
};

/** Runs that were killed leave locks that no later run may ask for. */
const removeAbandoned = async (
  folder: string,
  newFile: (name: string) => string,
): Promise<void> => {
  const names = await withIoErrors(folder, () => readdir(folder));
  for (const name of names.slice(0, MAX_ABANDONED))
    await removeStaleLock(join(folder, name), newFile('stale-lock')).catch(() => {});
};

/** Files that are looked at in a run; the others have their turn in later ones. */
const MAX_ABANDONED = 1000;
