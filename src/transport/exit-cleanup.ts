import { rmSync } from 'node:fs';

const paths = new Set<string>();

/**
 * Removes a file or folder when the process exits in any way but a kill. Returns a function that cancels
 * this.
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
      // The process is exiting; the next run removes what is left.
    }
  }
};
