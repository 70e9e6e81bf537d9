import { z } from 'zod';
import { MOST_LAYERS } from '../../api/vocabulary.ts';
import type { Option } from '../../options/option.ts';
import { SLIM_OPTIONS } from '../../options/slim-options.ts';
import { glob, listOf, strictObject, text } from '../../profiles/schema-parts.ts';

/** A settings file as it is spelled. */
export type SettingsText = Readonly<Record<string, unknown>>;

/** The options a settings file may hold, by name. */
export const SETTINGS: readonly (readonly [name: string, option: Option])[] =
  Object.entries<Option>(SLIM_OPTIONS).filter(([, { settings }]) => settings);

/** zstd's highest level. */
const MAX_LEVEL = 22;

const schemaOf = ({ type, choices, settings }: Option): z.ZodType => {
  switch (type) {
    case 'switch':
      return z.boolean();
    case 'choice':
      return z.enum(choices ?? []);
    case 'globs':
      // A glob that is denied may also be the name of a set.
      return listOf(settings === 'check' ? text : glob);
    case 'texts':
    case 'names':
    case 'files':
    case 'platforms':
      return listOf(text);
    case 'level':
      return z.int().min(0).max(MAX_LEVEL);
    case 'layers':
      return z.union([z.literal('auto'), z.int().min(1).max(MOST_LAYERS)]);
    case 'count':
      return z.int().min(1);
    case 'size':
    case 'amount':
    case 'share':
      return z.union([text, z.number().min(0)]);
    case 'time':
      return z.union([text, z.int().min(0)]);
    case 'pairs':
      return z.union([z.record(text, z.string()), listOf(text)]);
    case 'command':
      return z.union([z.string(), z.array(z.string())]);
    case 'text':
      // An empty text clears what an image has.
      return settings === 'check' ? text : z.string();
    case 'words':
    case 'file':
      return text;
    default:
      throw new Error(`no setting can be of the type ${type}`);
  }
};

/** For editors, in the spelling of the file. */
const defaultOf = ({ default: value }: Option): object =>
  value === undefined ? {} : { default: Array.isArray(value) ? value.join(' ') : value };

type Setting = (typeof SETTINGS)[number];

const schemasAt = (
  place: Option['settings'],
  settings: readonly Setting[],
): Readonly<Record<string, z.ZodType>> =>
  Object.fromEntries(
    settings
      .filter(([, option]) => option.settings === place)
      .map(([name, option]) => [
        name,
        schemaOf(option)
          .meta({ description: option.help, ...defaultOf(option) })
          .optional(),
      ]),
  );

const objectOf = (settings: readonly Setting[]) =>
  strictObject({
    ...schemasAt(true, settings),
    check: strictObject(schemasAt('check', settings))
      .meta({ description: 'what an image may be' })
      .optional(),
  });

/** Checks a settings file; `null` is what YAML makes of an empty one. */
export const settingsSchema: z.ZodType<SettingsText | null> = objectOf(SETTINGS).nullable();

/** What is edited, in a mirror file. */
export const editSettingsSchema: z.ZodType<SettingsText> = strictObject(
  schemasAt(
    true,
    SETTINGS.filter(([, { group }]) => group === 'edits'),
  ),
);

/** Settings of a slim in a mirror file: an entry has platforms of its own, and no image is the baseline or the cache of all. */
export const slimSettingsSchema: z.ZodType<SettingsText> = objectOf(
  SETTINGS.filter(
    ([name]) =>
      ![
        'platform',
        'baseline',
        'max-growth',
        'base',
        'previous',
        'cache-from',
        'cache-to',
      ].includes(name),
  ),
);
