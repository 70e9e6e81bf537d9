import { rmSync } from 'node:fs';

const paths = new Set<string>();

/**
 * Removes a file or folder when the process exits, however it does short of a kill. Returns the way
 * to forget about it again.
 */
export const removeOnExit = (path: string): (() => void) => {
  if (paths.size === 0) process.once('exit', removeAll);
  paths.add(path);
  return () => {
    paths.delete(path);
    if (paths.size === 0) process.off('exit', removeAll);
  };
};

const removeAll = (): void => {
  for (const path of paths) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // The process is going away; the next run sweeps what stays.
    }
  }
};
