import { resolve } from 'node:path';
import { ReslimError } from '../../base/errors.ts';
import type { Settings } from './settings.ts';
import { readTextFile } from '../../yaml/text-file.ts';

const SETTINGS_FILE = '.reslim.yaml';

/** Reads the settings beside where reslim runs; `undefined` when there are none. Throws `usage`. */
export const readSettingsFile = async (dir: string): Promise<Settings | undefined> => {
  const text = await readTextFile(resolve(dir, SETTINGS_FILE), SETTINGS_FILE).catch(
    (error: unknown) => {
      if (error instanceof ReslimError && error.code === 'not-found') return undefined;
      throw error;
    },
  );
  if (text === undefined) return undefined;
  // Most folders have none, and the YAML reader and its checks take their time to load.
  const { parseSettings } = await import('./parse-settings.ts');
  return parseSettings(text, dir, SETTINGS_FILE);
};
