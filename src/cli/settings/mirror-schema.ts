import { z } from 'zod';
import { TREND_ORDERS, type TrendOrder } from '../../api/vocabulary.ts';
import { ReslimError } from '../../base/errors.ts';
import { checkTimeZone, readCron } from '../../mirror/read-cron.ts';
import { listOf, strictObject, text } from '../../profiles/schema-parts.ts';
import { tagFilter } from '../../tags/tag-filter.ts';
import { DURATION, RATE } from './mirror-values.ts';
import { editSettingsSchema, slimSettingsSchema, type SettingsText } from './settings-schema.ts';

const duration = z
  .string()
  .regex(DURATION, { error: 'write a number with s, m, h, d or w, such as 3d' });

/** Runs a check that throws `usage` for a wrong value. */
const checkedBy =
  <Value>(check: (value: Value) => unknown) =>
  (value: Value, context: z.RefinementCtx): void => {
    try {
      check(value);
    } catch (error) {
      if (!(error instanceof ReslimError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  };

const tagPattern = text.superRefine(checkedBy((pattern) => tagFilter([pattern])));

/** YAML reads `20` as a number, and `1.10` as 1.1: the first is clear, the second would be another tag. */
const wholeNumber = z.number().refine((value) => Number.isSafeInteger(value) && value >= 0, {
  error: 'put it in quotes, or zeros at its end get lost',
});

const tags = z.union([
  tagPattern,
  wholeNumber,
  z.array(z.union([tagPattern, wholeNumber])).min(1, { error: 'the list is empty' }),
]);

const digest = z
  .string()
  .regex(/^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/, { error: 'not a digest' });

const platform = z
  .string()
  .regex(/^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9.]+)?$/, { error: 'write os/arch, as in linux/amd64' });

const cron = text.superRefine(checkedBy((pattern: string) => readCron({ cron: pattern })));

const schedule = z.union([
  cron,
  strictObject({
    cron: cron.meta({ description: 'minute, hour, day of month, month, day of week' }),
    timezone: text
      .superRefine(checkedBy(checkTimeZone))
      .meta({ description: 'such as Europe/Berlin', default: 'UTC' })
      .optional(),
  }),
]);

const gone = z.union([
  z.literal('keep'),
  strictObject({
    delete: strictObject({
      'at-most': z
        .int()
        .min(1)
        .meta({ description: 'more of them in one repository: none is deleted, the entry fails' }),
    }),
  }),
]);

/** How the images of an entry are chosen and treated. */
const SETTINGS = {
  tags: tags
    .meta({
      description:
        "names, globs (*-alpine), ranges (>=20 <23), expressions (/^v\\d+$/); with ! those to leave out ('!*-rc*')",
      default: 'all',
    })
    .optional(),
  newest: z
    .int()
    .min(1)
    .meta({ description: 'how many of the tags that match, the newest ones', default: 'all' })
    .optional(),
  order: z
    .enum(TREND_ORDERS)
    .meta({ description: 'what newest goes by', default: 'version' })
    .optional(),
  'min-age': duration.meta({ description: 'younger images wait: 3d', default: '0s' }).optional(),
  'max-age': duration.meta({ description: 'older images are left out: 90d' }).optional(),
  platforms: listOf(platform)
    .meta({ description: 'only these images of an index', default: 'all' })
    .optional(),
  copy: z
    .boolean()
    .meta({ description: 'copy images, as they are but for edits', default: false })
    .optional(),
  slim: slimSettingsSchema
    .meta({ description: 'how images are slimmed, with the keys of .reslim.yaml' })
    .optional(),
  edits: editSettingsSchema
    .meta({ description: 'what is edited of images that are slimmed or copied' })
    .optional(),
  referrers: z
    .union([z.boolean(), z.literal('recheck')])
    .meta({
      description:
        'copy signatures, SBOMs and attestations too; recheck: those added later to images that are there',
      default: false,
    })
    .optional(),
  immutable: z
    .union([tagPattern, z.array(tagPattern).min(1, { error: 'the list is empty' })])
    .meta({ description: 'tags that never change once they are at the target: v*' })
    .optional(),
  backup: text
    .meta({ description: 'tag that keeps the image which is overwritten: {tag}-before-{digest}' })
    .optional(),
  gone: gone
    .meta({ description: 'what happens to tags that the source has no longer', default: 'keep' })
    .optional(),
  schedule: schedule.meta({ description: 'when, with --watch: 0 3 * * *' }).optional(),
  priority: z
    .int()
    .min(-1000)
    .max(1000)
    .meta({ description: 'higher ones come first', default: 0 })
    .optional(),
} as const;

const entry = strictObject({
  name: text.meta({ description: 'what messages call it', default: 'from' }).optional(),
  from: listOf(text).meta({
    description: 'a repository, an image, a glob of repositories, or a list of them',
  }),
  to: text.meta({ description: 'where it goes, with {repository} and {name} of the source' }),
  'tag-as': text
    .meta({ description: 'tag at the target; {tag} is that of the source', default: '{tag}' })
    .optional(),
  digests: z
    .union([digest, z.array(digest).min(1, { error: 'the list is empty' })])
    .meta({ description: 'images by digest, beside those of tags' })
    .optional(),
  ...SETTINGS,
});

const PASSWORD_ELSEWHERE = 'a password does not belong here: write { env: NAME } or { file: PATH }';

const password = z.union([
  strictObject({ env: text.meta({ description: 'environment variable that holds it' }) }),
  strictObject({ file: text.meta({ description: 'file that holds it' }) }),
  // For the message alone.
  z.string().max(0, { error: PASSWORD_ELSEWHERE }),
]);

const host = strictObject({
  insecure: z
    .boolean()
    .meta({ description: 'accept any certificate, or plain HTTP', default: false })
    .optional(),
  concurrency: z
    .int()
    .min(1)
    .max(256)
    .meta({ description: 'requests under way at once', default: 8 })
    .optional(),
  rate: z
    .string()
    .regex(RATE, { error: 'write requests and a time, such as 100/m' })
    .meta({ description: 'most requests: 5/s, 100/m' })
    .optional(),
  floor: z
    .int()
    .min(0)
    .meta({ description: 'wait when fewer requests than these are left', default: 1 })
    .optional(),
  username: text.optional(),
  password: password.optional(),
});

/** @see https://github.com/distribution/reference/blob/v0.6.0/regexp.go */
const hostName = z.string().regex(/^([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:\d{1,5})?$/, {
  error: 'a host is NAME or NAME:PORT, as in image names',
});

type OneOrMore<Value = string> = Value | readonly Value[];

/** Settings of an entry as they are spelled. */
export interface MirrorSettingsText {
  readonly tags?: OneOrMore<string | number> | undefined;
  readonly newest?: number | undefined;
  readonly order?: TrendOrder | undefined;
  readonly 'min-age'?: string | undefined;
  readonly 'max-age'?: string | undefined;
  readonly platforms?: OneOrMore | undefined;
  readonly copy?: boolean | undefined;
  readonly slim?: SettingsText | undefined;
  readonly edits?: SettingsText | undefined;
  readonly referrers?: boolean | 'recheck' | undefined;
  readonly immutable?: OneOrMore | undefined;
  readonly backup?: string | undefined;
  readonly gone?: 'keep' | { readonly delete: { readonly 'at-most': number } } | undefined;
  readonly schedule?: string | ScheduleText | undefined;
  readonly priority?: number | undefined;
}

export interface ScheduleText {
  readonly cron: string;
  readonly timezone?: string | undefined;
}

export interface MirrorEntryText extends MirrorSettingsText {
  readonly name?: string | undefined;
  readonly from: OneOrMore;
  readonly to: string;
  readonly 'tag-as'?: string | undefined;
  readonly digests?: OneOrMore | undefined;
}

/** Where a password is. */
export type SecretText = { readonly env: string } | { readonly file: string } | string;

export interface HostText {
  readonly insecure?: boolean | undefined;
  readonly concurrency?: number | undefined;
  readonly rate?: string | undefined;
  readonly floor?: number | undefined;
  readonly username?: string | undefined;
  readonly password?: SecretText | undefined;
}

/** A mirror file as it is spelled. */
export interface MirrorText {
  readonly hosts?: Readonly<Record<string, HostText>> | undefined;
  readonly concurrency?: number | undefined;
  readonly attempts?: number | undefined;
  readonly backoff?: string | undefined;
  readonly defaults?: MirrorSettingsText | undefined;
  readonly mirrors: readonly MirrorEntryText[];
}

export const mirrorSchema: z.ZodType<MirrorText> = strictObject({
  hosts: z
    .record(hostName, host)
    .meta({ description: 'how registries are treated, by NAME or NAME:PORT' })
    .optional(),
  concurrency: z
    .int()
    .min(1)
    .max(256)
    .meta({ description: 'images that are worked on at once', default: 4 })
    .optional(),
  attempts: z
    .int()
    .min(1)
    .max(20)
    .meta({ description: 'how often an image is tried', default: 3 })
    .optional(),
  backoff: duration
    .meta({ description: 'before the second attempt; doubles with each one', default: '5s' })
    .optional(),
  defaults: strictObject(SETTINGS)
    .meta({ description: 'settings of all entries that do not say otherwise' })
    .optional(),
  mirrors: z
    .array(entry)
    .min(1, { error: 'the list is empty' })
    .max(10_000, { error: 'more than 10000 entries' })
    .meta({ description: 'what is mirrored' }),
});
