import type { MirrorSettingsText } from '../settings/mirror-schema.ts';
import { cronEvery, fillTemplate, minutesOf } from './go-values.ts';
import type { Draft } from './mirror-draft.ts';
import type { RegsyncSettings } from './regsync-schema.ts';

export interface RegsyncContext {
  /** Notes what cannot be said, and returns the comment for it. */
  readonly note: (path: readonly PropertyKey[], message: string) => string;
}

/** The settings that its defaults and its steps have in common. */
export const importSettings = (
  settings: RegsyncSettings,
  path: readonly PropertyKey[],
  { note }: RegsyncContext,
): Draft<MirrorSettingsText> => {
  const { schedule, interval, backup, digestTags, referrers, ratelimit } = settings;
  const comments: string[] = [];
  const lose = (key: string, message: string): undefined => {
    comments.push(note([...path, key], message));
    return undefined;
  };
  const when = schedule
    ? (scheduleOf(schedule) ?? lose('schedule', `schedule ${schedule}`))
    : interval && (cronEvery(minutesOf(interval)) ?? lose('interval', `interval ${interval}`));
  const kept = backup && (backupOf(backup) ?? lose('backup', `backup ${backup}`));
  if (ratelimit?.retry)
    comments.push('ratelimit.retry: reslim waits as long as the registry says instead');
  for (const key of Object.keys(settings).filter((each) => each in UNKNOWN))
    lose(key, `${key}, ${UNKNOWN[key]}`);
  return {
    value: {
      ...(kept && { backup: kept }),
      ...(when && { schedule: when }),
      ...((referrers === 'true' || digestTags === 'true') && { referrers: true }),
      ...(referrers === 'false' && digestTags !== 'true' && { referrers: false }),
    },
    comments,
  };
};

/** What reslim has nothing like, or does by itself. */
const UNKNOWN: Readonly<Record<string, string>> = {
  referrerFilters: 'all referrers are copied',
  referrerSource: 'referrers are looked for beside the image',
  referrerTarget: 'referrers go beside the image',
  referrerSlow: 'there is no slow search',
  fastCheck: 'a look at the target is always one HEAD',
  forceRecursive: 'what the target has is not copied again',
  includeExternal: 'layers elsewhere stay there',
  mediaTypes: 'all images are taken',
  hooks: 'there are no hooks',
  blobLimit: 'see --help-all for limits',
  skipDockerConfig: 'logins of Docker are used where the file has none',
  userAgent: 'it is that of reslim',
};

/** Five fields or a word, perhaps with a time zone in front. */
const scheduleOf = (text: string): MirrorSettingsText['schedule'] => {
  const [, every] = /^@every\s+(\S+)$/.exec(text) ?? [];
  if (every !== undefined) return cronEvery(minutesOf(every));
  const [, timezone, rest = text] = /^(?:CRON_)?TZ=(\S+)\s+(.+)$/.exec(text) ?? [];
  if (!/^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|(\S+\s+){4}\S+)$/.test(rest))
    return undefined;
  const cron = rest.replace('@midnight', '@daily');
  return timezone === undefined ? cron : { cron, timezone };
};

/** A tag, of which the tag that is overwritten may be a part; theirs may also name another repository. */
const backupOf = (text: string): string | undefined => {
  const tag = fillTemplate(text, { '.Ref.Tag': '{tag}' })?.trim();
  return tag !== undefined && /^[\w{][\w.{}-]*$/.test(tag) ? tag : undefined;
};
