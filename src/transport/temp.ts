import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createPrivateFolder, findAbandoned, type PrivateFolder } from './private-folder.ts';

/** The folder for temporary files of a run: decompressed layers, archives in the making. */
export type TempFolder = PrivateFolder;

/**
 * Opens `reslim-<pid>-<random>` in the system's temp folder (`TMPDIR` is honoured) or another parent,
 * and removes what runs of the same user left there that were killed. Rejects with `io`.
 */
export const openTemp = async (parent: string = tmpdir()): Promise<TempFolder> => {
  for (const path of await findAbandoned(parent, PREFIX)) {
    await rm(path, { recursive: true, force: true }).catch(() => {});
  }
  return createPrivateFolder(parent, PREFIX);
};

const PREFIX = 'reslim-';
