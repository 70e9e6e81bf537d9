import { dirname, resolve } from 'node:path';
import { camelCase, type OptionType } from '../../options/option.ts';
import type { Settings } from '../../options/slim-options.ts';
import { readTextFile } from '../../yaml/text-file.ts';
import { readYaml } from '../../yaml/yaml-document.ts';
import { YamlError } from '../../yaml/yaml-error.ts';
import type { SettingsFile } from './settings-file.ts';
import { SETTINGS, settingsSchema, type SettingsText } from './settings-schema.ts';

/** Reads a settings file. An empty one is no settings. Throws `usage` with line and column. */
export const readSettings = async ({ path, name }: SettingsFile): Promise<Settings> => {
  const { value, problemAt } = readYaml(await readTextFile(path, name), name, settingsSchema);
  if (value === null) return {};
  if (!isNoneAlone(value)) throw new YamlError([problemAt(['profile'], NONE_ALONE)]);
  return settingsIn(value, dirname(path));
};

/** `profile: none` beside a profile would be a contradiction. */
export const isNoneAlone = ({ profile }: SettingsText): boolean =>
  !(Array.isArray(profile) && profile.length > 1 && profile.includes('none'));

export const NONE_ALONE = '"none" stands alone';

/** The settings that a text contains, which was checked; files are relative to `dir`. */
export const settingsIn = (value: SettingsText, dir: string): Settings =>
  Object.fromEntries(
    SETTINGS.flatMap(([key, { type, settings }]) => {
      const set = (settings === 'check' ? (value['check'] as SettingsText | undefined) : value)?.[
        key
      ];
      return set === undefined ? [] : [[camelCase(key), normalise(set, type, dir)]];
    }),
  );

/** Lists are always lists, files absolute: a file means them relative to its own folder. */
const normalise = (value: unknown, type: OptionType, dir: string): unknown => {
  if (type === 'time') return String(value);
  if (type === 'pairs') return typeof value === 'string' ? [value] : value;
  if (!LISTS.has(type)) return value;
  const list = typeof value === 'string' ? [value] : (value as readonly string[]);
  return type === 'files' ? list.map((file) => resolve(dir, file)) : list;
};

const LISTS: ReadonlySet<string> = new Set(['globs', 'texts', 'names', 'files', 'platforms']);
