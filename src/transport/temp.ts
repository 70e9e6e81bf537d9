import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createPrivateFolder, findAbandoned, type PrivateFolder } from './private-folder.ts';

/** The temp folder of a run: spooled layers, staged archives. */
export type TempFolder = PrivateFolder;

/**
 * Opens `reslim-<pid>-<random>` in the system's temp folder (`TMPDIR` is honoured), and sweeps what
 * dead runs of the same user left there. Rejects with `io`.
 */
export const openTemp = async (): Promise<TempFolder> => {
  for (const path of await findAbandoned(tmpdir(), PREFIX)) {
    await rm(path, { recursive: true, force: true }).catch(() => {});
  }
  return createPrivateFolder(tmpdir(), PREFIX);
};

const PREFIX = 'reslim-';
