import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReslimError, throwIfAborted } from '../../base/errors.ts';
import { removeOnExit } from '../exit-cleanup.ts';
import { unlessMissing } from '../../base/io-error.ts';
import { currentOwner, formatOwner, isGone, parseOwner } from '../owner.ts';
import type { PrivateFolder } from '../private-folder.ts';

export interface LockOptions {
  /** Where this run keeps its own files, in the same file system. */
  readonly folder: PrivateFolder;
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for another run, in milliseconds. */
  readonly lockTimeout?: number | undefined;
}

/**
 * Runs an action while no other run changes the layout. The lock is a file `.reslim.lock` that names its
 * owner; that of a run that has ended is removed. Rejects with `io`, naming its owner, when it stays held.
 */
export const withLayoutLock = async <T>(
  layout: string,
  options: LockOptions,
  action: () => Promise<T>,
): Promise<T> => {
  const path = join(layout, LOCK_FILE);
  await takeLock(path, options);
  const cancelRemoval = removeOnExit(path);
  try {
    return await action();
  } finally {
    await rm(path, { force: true });
    cancelRemoval();
  }
};

export const LOCK_FILE = '.reslim.lock';

const LOCK_TIMEOUT_MS = 60_000;
const POLL_MS = 50;

const takeLock = async (
  path: string,
  { folder, signal, lockTimeout = LOCK_TIMEOUT_MS }: LockOptions,
): Promise<void> => {
  const mine = folder.file('lock');
  await writeFile(mine, formatOwner(await currentOwner()));
  const deadline = performance.now() + lockTimeout;
  while (!(await tryLink(mine, path))) {
    throwIfAborted(signal);
    if (await removeStale(path, folder)) continue;
    if (performance.now() > deadline) throw await busy(path);
    await sleep(POLL_MS);
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
 * Two runs may find the same stale lock, and the slower one must not take away the lock the faster
 * one has made meanwhile: so the lock is renamed first, and restored if it is another one by then.
 */
const removeStale = async (path: string, folder: PrivateFolder): Promise<boolean> => {
  const seen = await readLock(path);
  if (seen === undefined) return true;
  const owner = parseOwner(seen.text);
  if (owner && !(await isGone(owner, seen.touched))) return false;
  if (!owner && Date.now() - seen.touched.getTime() < UNREADABLE_AGE_MS) return false;
  const aside = folder.file('stale-lock');
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
