import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createPrivateFolder, findAbandoned, type PrivateFolder } from './private-folder.ts';

/** The temp folder of a run: spooled layers, staged archives. */
export type TempFolder = PrivateFolder;

/**
 * Opens `reslim-<pid>-<random>` in the system's temp folder (`TMPDIR` is honoured) or another parent,
 * and sweeps what dead runs of the same user left there. Rejects with `io`.
 */
export const openTemp = async (parent: string = tmpdir()): Promise<TempFolder> => {
  for (const path of await findAbandoned(parent, PREFIX)) {
    await rm(path, { recursive: true, force: true }).catch(() => {});
  }
  return createPrivateFolder(parent, PREFIX);
};

const PREFIX = 'reslim-';
