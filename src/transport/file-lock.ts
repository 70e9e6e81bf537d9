import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReslimError, throwIfAborted } from '../base/errors.ts';
import { unlessMissing } from '../base/io-error.ts';
import { removeOnExit } from './exit-cleanup.ts';
import { currentOwner, formatOwner, isGone, parseOwner } from './owner.ts';

export interface FileLockOptions {
  /** A path of this run's own, in the same file system as the lock, where nothing is yet. */
  readonly newFile: (name: string) => string;
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for its owner, in milliseconds. */
  readonly timeout: number;
  /** Called once when there is something to wait for. */
  readonly onWait?: (() => void) | undefined;
}

/**
 * Runs an action while no other run holds the same lock: a file that names its owner. That of a run that has ended is
 * removed. Rejects with `io`, naming its owner, when it stays held.
 */
export const withFileLock = async <T>(
  path: string,
  options: FileLockOptions,
  action: () => Promise<T>,
): Promise<T> => {
  await takeLock(path, options);
  const cancelRemoval = removeOnExit(path);
  try {
    return await action();
  } finally {
    await rm(path, { force: true });
    cancelRemoval();
  }
};

/** Milliseconds between two tries: more of them when something short is waited for. */
const FIRST_POLL = 50;
const LONGEST_POLL = 500;

const takeLock = async (path: string, options: FileLockOptions): Promise<void> => {
  const { newFile, signal, timeout, onWait } = options;
  const mine = newFile('lock');
  await writeFile(mine, formatOwner(await currentOwner()));
  try {
    const deadline = performance.now() + timeout;
    for (let poll = FIRST_POLL; !(await tryLink(mine, path));) {
      throwIfAborted(signal);
      if (await removeStaleLock(path, newFile('stale-lock'))) continue;
      if (poll === FIRST_POLL) onWait?.();
      if (performance.now() > deadline) throw await busy(path);
      await sleep(poll, undefined, { signal }).catch(() => {});
      poll = Math.min(LONGEST_POLL, poll * 1.2);
    }
  } finally {
    await rm(mine, { force: true });
  }
};

/** A link appears with its content, so no run ever reads a lock without an owner. */
const tryLink = async (mine: string, path: string): Promise<boolean> => {
  try {
    await link(mine, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!NO_LINKS.has(code ?? '')) throw error;
    return tryCreate(mine, path);
  }
};

/** Some file systems (FAT, some network shares) have no links. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

const tryCreate = async (mine: string, path: string): Promise<boolean> => {
  try {
    await writeFile(path, await readFile(mine), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

/**
 * Removes a lock whose owner has ended; returns whether there is none now. Two runs may find the same stale lock, and
 * the slower one must not take away the lock the faster one has made meanwhile: so the lock is renamed first, and
 * restored if it is another one by then.
 */
export const removeStaleLock = async (path: string, aside: string): Promise<boolean> => {
  const seen = await readLock(path);
  if (seen === undefined) return true;
  const owner = parseOwner(seen.text);
  if (owner && !(await isGone(owner, seen.touched))) return false;
  if (!owner && Date.now() - seen.touched.getTime() < UNREADABLE_AGE_MS) return false;
  const isMoved = await unlessMissing(rename(path, aside).then(() => true));
  if (!isMoved) return true;
  const moved = await readFile(aside, 'utf8');
  if (moved !== seen.text) await tryLink(aside, path);
  await rm(aside, { force: true });
  return true;
};

/** Long enough to write the owner, on a file system without links. */
const UNREADABLE_AGE_MS = 10_000;

const readLock = async (path: string): Promise<{ text: string; touched: Date } | undefined> => {
  const found = await unlessMissing(Promise.all([readFile(path, 'utf8'), stat(path)]));
  return found && { text: found[0], touched: found[1].mtime };
};

const busy = async (path: string): Promise<ReslimError> => {
  const owner = parseOwner((await readLock(path))?.text ?? '');
  const who = owner ? `process ${owner.pid} on ${owner.host}` : 'another run';
  return new ReslimError('io', `${who} holds the lock ${path}`, {
    hint: 'wait until it is done; if nothing runs any more, remove that file',
  });
};
