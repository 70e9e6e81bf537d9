import { resolve } from 'node:path';
import { ReslimError } from '../errors.ts';
import type { Level } from './rule.ts';
import { readTextFile } from './text-file.ts';

const SETTINGS_FILE = '.reslim.yaml';

/** What `.reslim.yaml` says; each key is the option of the same name, and absent ones say nothing. */
export interface Settings {
  /** Names of profiles, or `auto`, or `none` alone. */
  readonly profile?: readonly string[] | undefined;
  /** Absolute paths: the file means them relative to its own folder. */
  readonly profileFile?: readonly string[] | undefined;
  readonly level?: Level | undefined;
  readonly keep?: readonly string[] | undefined;
  readonly drop?: readonly string[] | undefined;
  readonly strip?: boolean | undefined;
  readonly upx?: boolean | undefined;
  /** As the option spells them: words with spaces between. */
  readonly upxArgs?: string | undefined;
  readonly upxGoal?: 'compressed' | 'unpacked' | undefined;
  readonly dedupe?: boolean | undefined;
  readonly squash?: 'all' | 'none' | undefined;
  readonly compression?: 'keep' | 'gzip' | 'zstd' | 'none' | undefined;
  readonly compressionLevel?: number | undefined;
  readonly platform?: readonly string[] | undefined;
  /** As the option spells it: seconds since 1970, or a date with time. */
  readonly timestamp?: string | undefined;
}

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
