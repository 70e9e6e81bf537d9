import { chmod, lstat, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeOnExit } from './exit-cleanup.ts';
import { withIoErrors } from '../base/io-error.ts';
import { currentOwner, formatOwner, isGone, isRunning, parseOwner } from './owner.ts';

/** A folder only this user can look into, which does not outlive the run. */
export interface PrivateFolder {
  readonly path: string;
  /** The path of a file in the folder; nothing is created. */
  file(name: string): string;
  /** From now on only `close` removes it: what it holds is needed to clean up after a crash. */
  leaveOnExit(): void;
  /** Removes the folder and all in it. Safe to call twice. */
  close(): Promise<void>;
}

/** Creates `<parent>/<prefix><pid>-<random>`, mode 0700. */
export const createPrivateFolder = async (
  parent: string,
  prefix: string,
): Promise<PrivateFolder> => {
  const path = await withIoErrors(parent, () => mkdtemp(join(parent, `${prefix}${process.pid}-`)));
  const forget = removeOnExit(path);
  const close = async (): Promise<void> => {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
    forget();
  };
  try {
    await chmod(path, 0o700);
    await writeFile(join(path, OWNER_FILE), formatOwner(await currentOwner()));
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
  return { path, file: (name) => join(path, name), leaveOnExit: forget, close };
};

/**
 * Folders under `parent` that dead runs of this user left behind. Names are matched as
 * `createPrivateFolder` makes them; links and folders of other users are never touched.
 */
export const findAbandoned = async (parent: string, prefix: string): Promise<string[]> => {
  const names = await readdir(parent).catch(() => []);
  const found: string[] = [];
  for (const name of names.filter((one) => one.startsWith(prefix)).toSorted()) {
    const pid = Number(/^(\d+)-\w+$/.exec(name.slice(prefix.length))?.[1]);
    if (pid > 0 && (await isAbandoned(join(parent, name), pid))) found.push(join(parent, name));
  }
  return found;
};

const OWNER_FILE = 'owner';

const isAbandoned = async (path: string, pid: number): Promise<boolean> => {
  try {
    const info = await lstat(path);
    if (!info.isDirectory() || (process.getuid !== undefined && info.uid !== process.getuid()))
      return false;
    const owner = parseOwner(await readFile(join(path, OWNER_FILE), 'utf8').catch(() => ''));
    // A run killed before it wrote its owner file has only its process id to be known by.
    return owner ? await isGone(owner, info.mtime) : !isRunning(pid);
  } catch {
    // Its own run has just removed it.
    return false;
  }
};
