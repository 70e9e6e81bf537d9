import { z } from 'zod';
import { MARKS, type Mark } from '../facts/facts.ts';
import { glob, listOf, strictObject, text } from './schema-parts.ts';

/** A profile as its file spells it; `rule.ts` says what the words mean. */
export interface ProfileText {
  readonly name: string;
  readonly title: string;
  readonly detect?: DetectText | undefined;
  readonly rules?: readonly RuleText[] | undefined;
  readonly keep?: readonly KeepText[] | undefined;
}

export interface RuleText {
  readonly id: string;
  readonly match?: OneOrMore | undefined;
  readonly packages?: OneOrMore | undefined;
  readonly except?: OneOrMore | undefined;
  readonly only?: 'files' | 'filled' | 'orphans' | undefined;
  readonly requires?: RequirementText | undefined;
  readonly overrides?: OneOrMore | undefined;
  readonly level?: 'safe' | 'lean' | undefined;
  readonly category: string;
  readonly reason: string;
  readonly source?: string | undefined;
}

export interface KeepText {
  readonly id: string;
  readonly match: OneOrMore;
  readonly except?: OneOrMore | undefined;
  readonly reason: string;
  readonly source?: string | undefined;
}

interface RequirementText {
  readonly exists?: OneOrMore | undefined;
  readonly absent?: OneOrMore | undefined;
  readonly beside?: OneOrMore | undefined;
  readonly is?: Mark | readonly Mark[] | undefined;
  readonly 'not-called'?: OneOrMore | undefined;
  readonly 'not-run'?: OneOrMore | undefined;
  readonly platform?: OneOrMore | undefined;
  readonly 'not-platform'?: OneOrMore | undefined;
}

interface DetectText {
  readonly always?: true | undefined;
  readonly paths?: OneOrMore | undefined;
  readonly env?: OneOrMore | undefined;
}

export type OneOrMore = string | readonly string[];

const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, {
  error: 'expected lower-case words joined by "-"',
});

const keepId = z.string().regex(/^[a-z0-9-]+\/([a-z0-9-]+|\*)$/, {
  error: 'expected the name of a keep rule: "profile/id", or "profile/*"',
});

const url = z.url({ protocol: /^https?$/, error: 'expected a URL: "https://…"' });

const fileName = z.string().regex(/^[^/]+$/, { error: 'expected a path without "/" at its ends' });

const relativePath = z.string().regex(/^(?!\/).*[^/]$/, {
  error: "expected a path relative to the matched file's folder",
});

const platform = z.string().regex(/^[a-z0-9]+(\/[a-z0-9]+){0,2}$/, {
  error: 'expected a platform: "linux" or "linux/arm64"',
});

const packagePattern = z.string().regex(/^[a-z0-9.*{}][a-z0-9.+*?{},_-]*$/, {
  error: 'expected the name of a package, "*" and "{a,b}" allowed: "gcc-*"',
});

const requirementSchema = strictObject({
  exists: listOf(glob).optional(),
  absent: listOf(glob).optional(),
  beside: listOf(relativePath).optional(),
  is: z.union([z.enum(MARKS), z.array(z.enum(MARKS)).min(1)]).optional(),
  'not-called': listOf(fileName).optional(),
  'not-run': listOf(fileName).optional(),
  platform: listOf(platform).optional(),
  'not-platform': listOf(platform).optional(),
});

const ruleSchema = strictObject({
  id,
  match: listOf(glob).optional(),
  packages: listOf(packagePattern).optional(),
  except: listOf(glob).optional(),
  only: z.enum(['files', 'filled', 'orphans']).optional(),
  requires: requirementSchema.optional(),
  overrides: listOf(keepId).optional(),
  level: z.enum(['safe', 'lean']).optional(),
  category: id,
  reason: text,
  source: url.optional(),
});

const keepSchema = strictObject({
  id,
  match: listOf(glob),
  except: listOf(glob).optional(),
  reason: text,
  source: url.optional(),
});

const detectSchema = strictObject({
  always: z.literal(true).optional(),
  paths: listOf(glob).optional(),
  env: listOf(text).optional(),
});

/** Checks a profile file. `z.toJSONSchema` makes the schema for editors of it. */
export const profileSchema: z.ZodType<ProfileText> = strictObject({
  name: id,
  title: text,
  detect: detectSchema.optional(),
  rules: z.array(ruleSchema).optional(),
  keep: z.array(keepSchema).optional(),
});
