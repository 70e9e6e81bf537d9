import {
  camelCase,
  type LibraryPath,
  type Option,
  type OptionTable,
} from '../../options/option.ts';
import {
  parseAmount,
  parsePair,
  parseShare,
  parseSize,
  parseTimestamp,
  words,
} from './parse-value.ts';

type Values = Readonly<Record<string, unknown>>;

/**
 * The library's options that a table's flags and settings stand for. The command line wins over the
 * file; lists of globs, files and texts add up, and so do pairs. Throws `usage` for a setting that is none.
 */
export const libraryOptions = <Options>(
  table: OptionTable,
  flags: object,
  settings: object = {},
): Partial<Options> => {
  const result: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(table)) {
    const key = camelCase(name);
    const given = (flags as Values)[key];
    const value = merged(name, option, given, (settings as Values)[key]);
    if (value === undefined) continue;
    const { library, several } = option;
    const values = several ? [...new Set(value as readonly unknown[])] : [value];
    if (several && values.length > 1) setAt(result, several, values);
    else if (library) setAt(result, library, values[0]);
  }
  return result as Partial<Options>;
};

const merged = (name: string, option: Option, flag: unknown, setting: unknown): unknown => {
  if (setting === undefined) return flag;
  if (option.type === 'pairs')
    return { ...readPairs(name, setting), ...(flag as object | undefined) };
  if (option.type === 'globs' || option.type === 'files' || option.type === 'texts')
    return [...(setting as readonly string[]), ...((flag as readonly string[] | undefined) ?? [])];
  return flag ?? readSetting(name, option, setting);
};

/** A mapping, or a list of `NAME=VALUE`. */
const readPairs = (name: string, setting: unknown): object =>
  Array.isArray(setting)
    ? (setting as readonly string[]).reduce(
        (pairs, text) => ({ ...pairs, ...parsePair(name)(text) }),
        {},
      )
    : (setting as object);

/** A setting is read only where no flag replaces it: `source-date-epoch` asks the environment. */
const readSetting = (name: string, { type }: Option, setting: unknown): unknown => {
  if (type === 'words') return words(setting as string);
  if (type === 'size') return parseSize(name)(String(setting));
  if (type === 'amount') return parseAmount(name)(String(setting));
  if (type === 'share') return parseShare(name)(String(setting));
  if (type === 'time') return parseTimestamp(setting as string);
  return setting;
};

/** Sets `upx.goal` as `goal` of the object `upx`, which may have been a mere `true`. */
const setAt = (options: Record<string, unknown>, path: LibraryPath, value: unknown): void => {
  const [name = '', part] = path.split('.');
  if (part === undefined) options[name] = value;
  else {
    const object = options[name];
    options[name] = { ...(typeof object === 'object' ? object : {}), [part]: value };
  }
};
