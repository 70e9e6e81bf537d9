import { resolve } from 'node:path';
import type { ImageEdits } from '../../api/edits.ts';
import type { MirrorEntry, MirrorSchedule, MirrorSettings } from '../../api/mirror.ts';
import type { Digest } from '../../index.ts';
import { shapeOf } from '../../mirror/check-entry.ts';
import { EDITS } from '../../options/edit-options.ts';
import { libraryOptions } from './library-options.ts';
import type { MirrorEntryText, MirrorSettingsText, ScheduleText } from './mirror-schema.ts';
import { durationMs } from './mirror-values.ts';
import { settingsIn } from './read-settings.ts';
import type { SettingsText } from './settings-schema.ts';
import { howToSlim } from './slim-options.ts';

/**
 * The entries that an entry of a mirror file stands for: one for each `from`, with the defaults that apply to it. Paths are
 * relative to `dir`, the folder of the file.
 */
export const mirrorEntries = (
  text: MirrorEntryText,
  defaults: MirrorSettingsText,
  dir: string,
): MirrorEntry[] => {
  const { name, 'tag-as': tagAs, digests } = text;
  return listOf(text.from).map((from) => ({
    ...(name !== undefined && { name }),
    from: placeOf(from, dir),
    to: placeOf(text.to, dir),
    ...(tagAs !== undefined && { tagAs }),
    ...(digests !== undefined && { digests: listOf(digests) as readonly Digest[] }),
    ...settingsOf(withDefaults(text, defaults, shapeOf(from).isImage), dir),
  }));
};

/** Without a prefix a name is one in a registry. */
const placeOf = (text: string, dir: string): string => {
  const [, scheme, path = ''] = PATH.exec(text) ?? [];
  if (scheme !== undefined) return `${scheme}:${resolve(dir, path)}`;
  return text.startsWith('docker://') ? text : `docker://${text}`;
};

const PATH = /^(oci|oci-archive|docker-archive):(.+)$/s;

/** Defaults are left out where the entry says the opposite, or where they have no meaning. */
const withDefaults = (
  text: MirrorEntryText,
  defaults: MirrorSettingsText,
  oneImage: boolean,
): MirrorSettingsText => {
  const copy = text.copy ?? (defaults.copy && text.slim ? false : defaults.copy);
  const { tags, newest, order, gone, immutable, ...ofImages } = defaults;
  const ofTags = { tags, newest, order, gone, immutable };
  return {
    ...(oneImage ? ofImages : { ...ofTags, ...ofImages }),
    ...text,
    copy,
    slim: copy ? text.slim : mergedSlim(without(defaults.slim, text.edits), text.slim),
    edits: defaults.edits || text.edits ? { ...defaults.edits, ...text.edits } : undefined,
    referrers: text.referrers ?? (copy && !text.edits ? defaults.referrers : undefined),
  };
};

/** Edits may stand in `slim`, too: there, those of the entry win as well. */
const without = (
  settings: SettingsText | undefined,
  keys: SettingsText = {},
): SettingsText | undefined =>
  settings && Object.fromEntries(Object.entries(settings).filter(([key]) => !(key in keys)));

const mergedSlim = (
  defaults: SettingsText | undefined,
  own: SettingsText | undefined,
): SettingsText | undefined => {
  if (!defaults || !own) return own ?? defaults;
  const check = { ...(defaults['check'] as object), ...(own['check'] as object) };
  return { ...defaults, ...own, ...(Object.keys(check).length > 0 && { check }) };
};

const settingsOf = (text: MirrorSettingsText, dir: string): MirrorSettings => {
  const { tags, newest, order, platforms, copy, slim, referrers, immutable } = text;
  const { edits, backup, gone, schedule, priority } = text;
  return withoutAbsent({
    tags: tags === undefined ? undefined : listOf(tags).map(String),
    newest,
    order,
    minAge: durationIn(text['min-age']),
    maxAge: durationIn(text['max-age']),
    platforms: platforms === undefined ? undefined : listOf(platforms),
    copy,
    slim: slim === undefined ? undefined : howToSlim({}, settingsIn(slim, dir)),
    edits: edits === undefined ? undefined : editsOf(edits, dir),
    referrers,
    immutable: immutable === undefined ? undefined : listOf(immutable),
    backup,
    gone: typeof gone === 'object' ? { atMost: gone.delete['at-most'] } : gone,
    schedule: schedule === undefined ? undefined : scheduleOf(schedule),
    priority,
  });
};

const editsOf = (text: SettingsText, dir: string): ImageEdits | undefined =>
  libraryOptions<{ readonly edits: ImageEdits }>(EDITS, {}, settingsIn(text, dir)).edits;

const scheduleOf = (schedule: string | ScheduleText): MirrorSchedule => {
  if (typeof schedule === 'string') return { cron: schedule };
  const { cron, timezone } = schedule;
  return timezone === undefined ? { cron } : { cron, timeZone: timezone };
};

const durationIn = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : durationMs(text);

const withoutAbsent = (settings: MirrorSettings): MirrorSettings =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));

const listOf = <Value>(value: Value | readonly Value[]): readonly Value[] =>
  Array.isArray(value) ? (value as readonly Value[]) : [value as Value];
