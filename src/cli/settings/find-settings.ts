import type { Budget } from '../../api/check.ts';
import type { CheckFlags } from '../../options/check-options.ts';
import type { Settings } from '../../options/slim-options.ts';
import { findDiveFile, findSettingsFile } from './settings-file.ts';

/** Settings of a run: from the file that is named, else from the one in the current folder. */
export const findSettings = async ({ config }: Pick<CheckFlags, 'config'>): Promise<Settings> => {
  const file = await findSettingsFile(process.cwd(), config);
  if (!file) return {};
  // Most folders have no such file, and what reads YAML takes its time to load.
  const { readSettings } = await import('./read-settings.ts');
  return readSettings(file);
};

/** What dive's rules ask for: those of the file that is named, else of the one in the current folder. */
export const findDiveRules = async ({ diveCi }: Pick<CheckFlags, 'diveCi'>): Promise<Budget> => {
  const file = await findDiveFile(process.cwd(), diveCi);
  if (!file) return {};
  const { readDiveRules } = await import('./read-dive-rules.ts');
  return readDiveRules(file);
};
