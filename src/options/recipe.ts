import type { SlimOptions } from '../api/options.ts';
import { VERSION } from '../base/version.ts';
import { valueAt } from './library-path.ts';
import type { Option, OptionTable } from './option.ts';
import { SLIM_OPTIONS } from './slim-options.ts';

const TABLE: OptionTable = SLIM_OPTIONS;

/** Names what made an image, in one line: the version and the options the image depends on, with defaults. */
export const recipeOf = (options: SlimOptions): string =>
  [`reslim ${VERSION}`, ...recipeWords(TABLE, options)].join(' ');

/** The words of a recipe that the options of a table add. */
export const recipeWords = (table: OptionTable, options: object): readonly string[] =>
  Object.entries(table).flatMap(([name, option]) => {
    const word = wordFor(option, options);
    return word === undefined || word === '' ? [] : [`${name}=${word}`];
  });

/** The options that shape bytes, and those the recipe shortens, spelled as on the command line. */
export const provenanceOptions = (options: SlimOptions): Readonly<Record<string, unknown>> => ({
  recipe: recipeOf(options),
  ...Object.fromEntries(
    Object.entries(TABLE).flatMap(([name, { provenance, library, several }]) => {
      if (!provenance || !library) return [];
      const value = valueAt(options, library) ?? (several && valueAt(options, several));
      return value === undefined || (Array.isArray(value) && value.length === 0)
        ? []
        : [[name, value]];
    }),
  ),
});

const wordFor = (option: Option, options: object): string | number | true | undefined => {
  const { recipe, library } = option;
  if (recipe === undefined || library === undefined) return undefined;
  const value = valueAt(options, library) ?? option.default;
  if (recipe === 'names') return Object.keys(value ?? {}).join();
  if (recipe === 'set' && value !== undefined)
    return (value as string | readonly string[]).length > 0 ? 'set' : 'cleared';
  if (value === '') return 'cleared';
  if (Array.isArray(value)) return recipe === 'count' ? value.length || undefined : value.join();
  if (typeof value === 'object') return wordForParts(library, options) || true;
  return (value as string | number | boolean | undefined) || (value === 0 ? 0 : undefined);
};

/** An option with options of its own, such as `upx`: their values, in the order of the table. */
const wordForParts = (path: string, options: object): string =>
  Object.entries(TABLE)
    .flatMap(([name, { library }]) => {
      if (!library?.startsWith(`${path}.`)) return [];
      const value = valueAt(options, library);
      if (value === true) return [`--${name}`];
      if (value === undefined || value === false) return [];
      return Array.isArray(value) ? (value as unknown[]) : [value];
    })
    .join();
