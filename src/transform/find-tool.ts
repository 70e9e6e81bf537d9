import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';

/** A program of this machine. */
export interface Tool {
  /** Absolute. */
  readonly path: string;
  /** The first line of what `--version` prints: another version makes other bytes. */
  readonly version: string;
}

/** Looks a program up on the PATH. Relative folders in it are passed over: they mean the user's own. */
export const findTool = async (name: string): Promise<Tool | undefined> => {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute)) {
    const path = join(folder, name);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return { path, version: await versionOf(path) };
  }
  return undefined;
};

const versionOf = async (path: string): Promise<string> => {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], {
      timeout: 5000,
      killSignal: 'SIGKILL',
    });
    return stdout.split('\n', 1)[0] ?? '';
  } catch {
    return '';
  }
};
