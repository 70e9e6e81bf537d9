import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asIoError } from '../base/io-error.ts';
import { createPrivateFolder, findAbandoned, type PrivateFolder } from './private-folder.ts';

/** The folder for temporary files of a run: decompressed layers, archives in the making. */
export type TempFolder = Pick<PrivateFolder, 'path' | 'file' | 'close'>;

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

/**
 * A folder within that of a longer run, made when it is first asked for: what is left of it goes with the other one. `file`
 * throws `io` where it cannot be made.
 */
export const openTempWithin = (outer: TempFolder): TempFolder => {
  const path = outer.file(`part-${++parts}`);
  let isMade = false;
  const made = (): string => {
    if (isMade) return path;
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      throw asIoError(error, path);
    }
    isMade = true;
    return path;
  };
  return {
    get path() {
      return made();
    },
    file: (name) => join(made(), name),
    close: async () => {
      if (isMade) await rm(path, { recursive: true, force: true, maxRetries: 3 });
    },
  };
};

/** Those of one run must differ. */
let parts = 0;

const PREFIX = 'reslim-';
