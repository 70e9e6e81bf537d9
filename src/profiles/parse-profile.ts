import { basename } from 'node:path';
import { DEFAULT_LEVEL } from '../api/vocabulary.ts';
import { closestWord } from '../yaml/closest-word.ts';
import {
  profileSchema,
  type KeepText,
  type OneOrMore,
  type ProfileText,
  type RuleText,
} from './profile-schema.ts';
import type { Detection, KeepRule, Profile, Requirement, Rule } from './rule.ts';
import type { TextFile } from '../yaml/text-file.ts';
import { YamlError, type YamlProblem } from '../yaml/yaml-error.ts';
import { readYaml, type YamlDocument } from '../yaml/yaml-document.ts';

/** Reads the profiles that come with reslim, by name, from the texts of their files. */
export const parseShippedProfiles = (files: readonly TextFile[]): Profile[] => {
  const sources = files.map(({ name, text }) => readProfile(text, name));
  const keepRules = new Set(sources.flatMap(({ profile }) => keepNames(profile)));
  return sources
    .map((source) => finishProfile(source, keepRules))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
};

/**
 * Reads the text of a profile. `others` are the profiles whose keep rules it may override beside its
 * own. `fileName` is for messages. Throws a `YamlError` with all that is wrong.
 */
export const parseProfile = (
  text: string,
  fileName: string,
  others: readonly Profile[] = [],
): Profile => {
  const source = readProfile(text, fileName);
  return finishProfile(source, new Set([...others, source.profile].flatMap(keepNames)));
};

interface ProfileSource {
  readonly document: YamlDocument<ProfileText>;
  readonly profile: Profile;
  readonly problems: readonly YamlProblem[];
}

const readProfile = (text: string, fileName: string): ProfileSource => {
  const document = readYaml(text, fileName, profileSchema);
  const { value } = document;
  const profile: Profile = {
    name: value.name,
    title: value.title,
    detect: toDetection(value),
    rules: (value.rules ?? []).map((rule) => toRule(rule, value.name)),
    keep: (value.keep ?? []).map((keep) => toKeepRule(keep, value.name)),
  };
  const isEmpty = profile.rules.length + profile.keep.length === 0;
  const hint = 'Add at least one entry to "rules" or "keep".';
  return {
    document,
    profile,
    problems: [
      ...duplicateIds(document, 'rules'),
      ...duplicateIds(document, 'keep'),
      ...(value.rules ?? []).flatMap((rule, at) => mixedTargets(rule, at, document)),
      ...(isEmpty ? [document.problemAt([], `no rules in ${basename(fileName)}`, hint)] : []),
    ],
  };
};

/** Ids that stand for two rules: users and `overrides` name rules and keep rules by them. */
const duplicateIds = (
  { value, problemAt }: YamlDocument<ProfileText>,
  list: 'rules' | 'keep',
): YamlProblem[] => {
  const seen = new Set(list === 'keep' ? value.rules?.map(({ id }) => id) : []);
  return (value[list] ?? []).flatMap(({ id }, at) => {
    if (seen.has(id)) return [problemAt([list, at, 'id'], `"${id}" is the id of another rule`)];
    seen.add(id);
    return [];
  });
};

/** A rule is about paths or about packages, and has only members for what it is about. */
const mixedTargets = (
  { match, packages, only, except, requires }: RuleText,
  at: number,
  { problemAt }: YamlDocument<ProfileText>,
): YamlProblem[] => {
  const place = ['rules', at];
  if ((match === undefined) === (packages === undefined))
    return [problemAt(place, 'expected either "match" or "packages"')];
  if (packages === undefined) {
    return only === 'orphans'
      ? [problemAt([...place, 'only'], '"orphans" is about packages, and the rule names paths')]
      : [];
  }
  const narrowed = except ?? requires?.beside ?? requires?.is;
  const message = '"except", "beside" and "is" are about paths, and the rule names packages';
  return [
    ...(narrowed === undefined ? [] : [problemAt(place, message)]),
    ...(only === undefined || only === 'orphans'
      ? []
      : [problemAt([...place, 'only'], `"${only}" is about paths, and the rule names packages`)]),
  ];
};

/** Replaces `python/*` by the names it stands for, and refuses names that no keep rule has. */
const finishProfile = (
  { document, profile, problems }: ProfileSource,
  known: ReadonlySet<string>,
): Profile => {
  const unknown: YamlProblem[] = [];
  const rules = profile.rules.map((rule, at) => ({
    ...rule,
    overrides: rule.overrides.flatMap((name, index) => {
      const meant = name.endsWith('/*')
        ? [...known].filter((each) => each.startsWith(name.slice(0, -1)))
        : [name].filter((each) => known.has(each));
      const near = closestWord(name, known);
      if (meant.length === 0)
        unknown.push(
          document.problemAt(
            ['rules', at, 'overrides', ...(rule.overrides.length > 1 ? [index] : [])],
            `no keep rule is called "${name}"`,
            near === undefined ? undefined : `Did you mean "${near}"?`,
          ),
        );
      return meant;
    }),
  }));
  const all = [...problems, ...unknown];
  if (all.length > 0) throw new YamlError(all);
  return { ...profile, rules };
};

const keepNames = ({ name, keep }: Profile): string[] => keep.map(({ id }) => `${name}/${id}`);

const toRule = (rule: RuleText, profile: string): Rule => ({
  id: rule.id,
  profile,
  match: toList(rule.match ?? []),
  except: toList(rule.except ?? []),
  packages: toOptionalList(rule.packages),
  only: rule.only,
  requires: rule.requires && toRequirement(rule.requires),
  overrides: toList(rule.overrides ?? []),
  level: rule.level ?? DEFAULT_LEVEL,
  category: rule.category,
  reason: oneLine(rule.reason),
  source: rule.source,
});

const toKeepRule = (keep: KeepText, profile: string): KeepRule => ({
  id: keep.id,
  profile,
  match: toList(keep.match),
  except: toList(keep.except ?? []),
  reason: oneLine(keep.reason),
  source: keep.source,
});

const toRequirement = (requires: NonNullable<RuleText['requires']>): Requirement => ({
  exists: toOptionalList(requires.exists),
  absent: toOptionalList(requires.absent),
  beside: toOptionalList(requires.beside),
  is: typeof requires.is === 'string' ? [requires.is] : requires.is,
  notCalled: toOptionalList(requires['not-called']),
  notUsed: toOptionalList(requires['not-used']),
  notFor: requires['not-for'] && [requires['not-for']].flat(),
  notRun: toOptionalList(requires['not-run']),
  platform: toOptionalList(requires.platform),
  notPlatform: toOptionalList(requires['not-platform']),
});

/** A profile without signs is used only when the user names it. */
const toDetection = ({ detect }: ProfileText): Detection => ({
  always: detect?.always,
  paths: toOptionalList(detect?.paths),
  env: toOptionalList(detect?.env),
});

const toList = (value: OneOrMore): readonly string[] =>
  typeof value === 'string' ? [value] : value;

const toOptionalList = (value: OneOrMore | undefined): readonly string[] | undefined =>
  value === undefined ? undefined : toList(value);

/** Folded text in YAML ends with a line break. */
const oneLine = (text: string): string => text.trim().replaceAll(/\s+/g, ' ');
