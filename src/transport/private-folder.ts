import { chmod, lstat, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeOnExit } from './exit-cleanup.ts';
import { withIoErrors } from '../base/io-error.ts';
import { currentOwner, formatOwner, isGone, isRunning, parseOwner } from './owner.ts';

/** A folder that only this user can read, and that is removed at the end of the run. */
export interface PrivateFolder {
  readonly path: string;
  /** The path of a file in the folder; nothing is created. */
  file(name: string): string;
  /** From now on only `close` removes the folder: after a crash the next run needs what is in it. */
  leaveOnExit(): void;
  /** Removes the folder with its contents. Safe to call twice. */
  close(): Promise<void>;
}

/** Creates `<parent>/<prefix><pid>-<random>`, mode 0700. */
export const createPrivateFolder = async (
  parent: string,
  prefix: string,
): Promise<PrivateFolder> => {
  const path = await withIoErrors(parent, () => mkdtemp(join(parent, `${prefix}${process.pid}-`)));
  const keepOnExit = removeOnExit(path);
  const close = async (): Promise<void> => {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
    keepOnExit();
  };
  try {
    await chmod(path, 0o700);
    await writeFile(join(path, OWNER_FILE), formatOwner(await currentOwner()));
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
  return { path, file: (name) => join(path, name), leaveOnExit: keepOnExit, close };
};

/**
 * Folders under `parent` that were left by runs of this user that were killed. Only folders named as
 * `createPrivateFolder` names them; links and folders of other users are ignored.
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
    // Without an owner file (the run was killed before it wrote it) only the process id in the name is known.
    return owner ? await isGone(owner, info.mtime) : !isRunning(pid);
  } catch {
    // Its run has just removed it.
    return false;
  }
};
