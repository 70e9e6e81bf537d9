import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';

/** A program of this machine. */
export interface Tool {
  /** Absolute. */
  readonly path: string;
  /** The first line that `--version` prints. Another version may make other bytes. */
  readonly version: string;
}

/** Looks for a program in the folders of PATH. Relative ones are skipped: they depend on the current folder. */
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
