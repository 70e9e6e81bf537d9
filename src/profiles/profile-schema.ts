import { z } from 'zod';
import { RULE_LEVELS, type RuleLevel } from '../api/vocabulary.ts';
import { MARKS, type Mark } from '../facts/facts.ts';
import { PURPOSES, type Purpose } from '../facts/purposes.ts';
import { glob, listOf, strictObject, text } from './schema-parts.ts';

/** A profile as its file spells it. The meaning of each word is in `rule.ts`. */
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
  readonly level?: RuleLevel | undefined;
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
  readonly 'not-used'?: OneOrMore | undefined;
  readonly 'not-for'?: Purpose | readonly Purpose[] | undefined;
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
  exists: listOf(glob).optional().describe('each glob matches something in the image'),
  absent: listOf(glob).optional().describe('no glob matches anything that stays in the image'),
  beside: listOf(relativePath)
    .optional()
    .describe(
      "paths that exist, seen from the matched file's folder; {name} and {stem} stand for its name",
    ),
  is: z
    .union([z.enum(MARKS), z.array(z.enum(MARKS)).min(1)])
    .optional()
    .describe('what reading files has shown of the matched node'),
  'not-called': listOf(fileName)
    .optional()
    .describe('programs that no source or script that stays calls'),
  'not-run': listOf(fileName)
    .optional()
    .describe(
      'words that are not in entrypoint, command, health check, triggers of ONBUILD, or what these start',
    ),
  'not-used': listOf(fileName)
    .optional()
    .describe(
      'tools whose cache or store the image does not use when it runs, nor has them work without a network: "npm"',
    ),
  'not-for': z
    .union([z.enum(PURPOSES), z.array(z.enum(PURPOSES)).min(1)])
    .optional()
    .describe('what the image must not be there for, unless --profile names the profile'),
  platform: listOf(platform).optional().describe('platforms the rule is for'),
  'not-platform': listOf(platform).optional().describe('platforms the rule is not for'),
});

const ruleSchema = strictObject({
  id,
  match: listOf(glob).optional().describe('globs of what goes, rooted at "/" or "**/"'),
  packages: listOf(packagePattern)
    .optional()
    .describe('packages of the distribution that come out whole, unless something needs them'),
  except: listOf(glob).optional().describe('what "match" does not take after all'),
  only: z
    .enum(['files', 'filled', 'orphans'])
    .optional()
    .describe(
      'files: no folders, links or empty files; filled: no empty folders; orphans: packages that came along with others',
    ),
  requires: requirementSchema.optional().describe('facts that must all hold'),
  overrides: listOf(keepId).optional().describe('keep rules this rule may pass'),
  level: z
    .enum(RULE_LEVELS)
    .optional()
    .describe('safe, the default: caches and leftovers; lean: documentation and development files'),
  category: id.describe('one word, for the summary'),
  reason: text.describe('one sentence, for --explain'),
  source: url.optional().describe('where the reason can be read up'),
});

const keepSchema = strictObject({
  id,
  match: listOf(glob),
  except: listOf(glob).optional().describe('what "match" does not take after all'),
  reason: text.describe('one sentence, for --explain'),
  source: url.optional().describe('where the reason can be read up'),
});

const detectSchema = strictObject({
  always: z.literal(true).optional().describe('every image'),
  paths: listOf(glob).optional().describe('one of these globs matches something'),
  env: listOf(text).optional().describe("one of these variables is set in the image's config"),
});

/** Checks a profile file. `z.toJSONSchema` makes the schema for editors of it. */
export const profileSchema: z.ZodType<ProfileText> = strictObject({
  name: id,
  title: text,
  detect: detectSchema.optional().describe('signs by which --profile auto picks this profile'),
  rules: z.array(ruleSchema).optional().describe('what goes'),
  keep: z.array(keepSchema).optional().describe('what looks disposable and is not'),
});
