import { z } from 'zod';

const text = z.string().optional();
const texts = z.array(z.string()).nullish();
const allowDeny = z.looseObject({ allow: texts, deny: texts, semverRange: texts });
const rateLimit = z.looseObject({ min: text, retry: text }).nullish();

const settings = {
  backup: text,
  interval: text,
  schedule: text,
  ratelimit: rateLimit,
  digestTags: text,
  referrers: text,
};

const sync = z.looseObject({
  source: z.string(),
  target: z.string(),
  type: z.string(),
  tags: allowDeny.nullish(),
  tagSets: z.array(allowDeny).nullish(),
  repos: z.looseObject({ allow: texts, deny: texts }).nullish(),
  platform: text,
  platforms: texts,
  ...settings,
});

const host = z.looseObject({
  registry: z.string(),
  user: text,
  pass: text,
  tls: text,
  reqPerSec: text,
  reqConcurrent: text,
});

type Text = string | undefined;
type Texts = readonly string[] | null | undefined;

export interface RegsyncTags {
  readonly allow?: Texts;
  readonly deny?: Texts;
  readonly semverRange?: Texts;
}

export interface RegsyncSettings {
  readonly backup?: Text;
  readonly interval?: Text;
  readonly schedule?: Text;
  readonly ratelimit?: { readonly min?: Text; readonly retry?: Text } | null | undefined;
  readonly digestTags?: Text;
  readonly referrers?: Text;
}

export interface RegsyncStep extends RegsyncSettings {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly tags?: RegsyncTags | null | undefined;
  readonly tagSets?: readonly RegsyncTags[] | null | undefined;
  readonly repos?: { readonly allow?: Texts; readonly deny?: Texts } | null | undefined;
  readonly platform?: Text;
  readonly platforms?: Texts;
}

export interface RegsyncHost {
  readonly registry: string;
  readonly user?: Text;
  readonly pass?: Text;
  readonly tls?: Text;
  readonly reqPerSec?: Text;
  readonly reqConcurrent?: Text;
}

/** All scalars are text. */
export interface RegsyncFile {
  readonly creds?: readonly RegsyncHost[] | null | undefined;
  readonly defaults?: (RegsyncSettings & { readonly parallel?: Text }) | null | undefined;
  readonly sync: readonly RegsyncStep[];
}

/**
 * The configuration of regsync.
 * @see https://github.com/regclient/regclient/blob/main/docs/regsync.md
 */
export const regsyncSchema: z.ZodType<RegsyncFile> = z.looseObject({
  creds: z.array(host).nullish(),
  defaults: z.looseObject({ ...settings, parallel: text }).nullish(),
  sync: z.array(sync),
});
