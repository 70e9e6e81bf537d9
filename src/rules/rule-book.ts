import { ReslimError } from '../base/errors.ts';
import { toBytes } from '../base/byte-path.ts';
import type { PartialPackage } from '../ecosystems/surviving-packages.ts';
import type { FactQuery, Facts } from '../facts/facts.ts';
import type { Config } from '../oci/config.ts';
import { digestOf, type Digest } from '../oci/digest.ts';
import { nodesOf, type Node } from '../tree/node.ts';
import { detectProfiles, surveyedGlobs, type ActiveProfile } from './detect.ts';
import { isOfLevel } from './of-level.ts';
import { judge, type JudgeResult } from './judge.ts';
import { packagePattern } from '../profiles/package-pattern.ts';
import { DEFAULT_GRAIN, type Grain, type Level } from '../api/vocabulary.ts';
import type { Reach } from '../graph/reach.ts';
import type { FamilyRule } from '../profiles/family.ts';
import type { Profile } from '../profiles/rule.ts';
import type { Recording } from '../recordings/recording.ts';
import { findRecorded, NOTHING_RECORDED, type RecordedNodes } from './recorded-nodes.ts';
import { surveyTree } from './survey.ts';

export interface RuleBookOptions {
  /** Profiles that come with reslim. */
  readonly shipped: readonly Profile[];
  /** Profiles of the user's own files: always active. */
  readonly own: readonly Profile[];
  /** Names of profiles; `auto` stands for those whose signs the image shows, `none` for no profile. */
  readonly names: readonly string[];
  readonly level: Level;
  readonly keep: readonly string[];
  readonly drop: readonly string[];
  /** At `minimal`: what the code of the image cannot say. */
  readonly families?: readonly FamilyRule[] | undefined;
  /** At `minimal`: command lines that are started beside those of the config. */
  readonly entries?: readonly string[] | undefined;
  /** At `minimal`: parts that are left out, by names of packages and paths. */
  readonly without?: readonly string[] | undefined;
  /** At `minimal`: how the distribution's packages are taken apart. @default 'file' */
  readonly grain?: Grain | undefined;
  /** At `minimal`: what runs used. */
  readonly recordings?: readonly Recording[] | undefined;
}

/** What was decided about one image. */
export interface Judgement extends JudgeResult {
  /** Profiles in use. */
  readonly active: readonly ActiveProfile[];
  /** What the image uses, at `minimal`. */
  readonly reach?: Reach | undefined;
  /** Why `minimal` does what `lean` does, where it does: part of a sentence. */
  readonly obstacle?: string | undefined;
  /** What recorded runs used of it, at `minimal`. */
  readonly recorded: RecordedNodes;
  /** Packages that only some files are left of, at `minimal`. */
  readonly partial?: readonly PartialPackage[] | undefined;
}

/** The rules of a run, ready for one image after the other. */
export interface RuleBook {
  readonly level: Level;
  readonly families: readonly FamilyRule[];
  /** Globs of what the user wants to keep. */
  readonly keep: readonly string[];
  readonly entries: readonly string[];
  readonly without: readonly string[];
  readonly grain: Grain;
  /** A digest of what files and command lines of the user's own say; absent where there are none. */
  readonly ownDigest: Digest | undefined;
  /** Equal for equal rules and options, and only for them. */
  readonly fingerprint: string;
  /** What must be known of an image before it is judged. */
  readonly factQuery: FactQuery;
  /** The same profiles and options at another level. */
  atLevel(level: Level): RuleBook;
  /** `isFixed` says what lies in layers that stay as they are: nothing of it goes. */
  judge(root: Node, config: Config, facts: Facts, isFixed?: (node: Node) => boolean): Judgement;
}

/** Throws `usage` for a profile that does not exist, and for options that contradict each other. */
export const openRuleBook = (options: RuleBookOptions): RuleBook => {
  const { shipped, own, names, level, keep, drop, recordings = [], entries = [] } = options;
  const chosen = names
    .filter((name) => name !== 'auto' && name !== 'none')
    .map((name) => byName(shipped, name));
  if (names.includes('none') && names.length > 1)
    throw new ReslimError('usage', `--profile none goes with no other: ${names.join(', ')}`);
  const { grain = DEFAULT_GRAIN, without = [] } = options;
  if (grain === 'package' && without.length > 0)
    throw new ReslimError('usage', '--without takes packages apart, and --grain package does not', {
      hint: 'leave one of them out',
    });
  const all = [...shipped, ...own];

  const book: RuleBook = {
    level,
    families: options.families ?? [],
    keep,
    entries,
    without,
    grain,
    ownDigest: [own, recordings, entries].some(({ length }) => length > 0)
      ? digestOf(Buffer.from(JSON.stringify([own, recordings, entries])))
      : undefined,
    // The same query, so that facts are gathered once for it.
    atLevel: (other) => (other === level ? book : openRuleBook({ ...options, level: other })),
    fingerprint: digestOf(Buffer.from(JSON.stringify(options))),
    factQuery: { ...factQueryOf(all, level), entries },
    judge: (root, config, facts, isFixed = () => false) => {
      const nodes = nodesOf(root);
      const survey = surveyTree(nodes, surveyedGlobs(all));
      const detected = names.includes('auto') ? detectProfiles(shipped, survey, config) : [];
      const active = [
        ...detected,
        ...chosen
          .filter((profile) => !detected.some((each) => each.profile === profile))
          .map((profile) => ({ profile, evidence: '--profile' })),
        ...own.map((profile) => ({ profile, evidence: '--profile-file' })),
      ];
      const asked = new Set(chosen.map(({ name }) => name));
      const rules = active.flatMap(({ profile }) => profile.rules);
      const keepRules = all.flatMap((profile) => profile.keep);
      const recorded =
        level === 'minimal' && recordings.length > 0
          ? findRecorded(root, recordings)
          : NOTHING_RECORDED;
      const input = {
        root,
        nodes,
        config,
        survey,
        rules,
        keepRules,
        level,
        keep,
        drop,
        facts,
        asked,
        recorded,
        isFixed,
      };
      return { ...judge(input), active, recorded };
    },
  };
  return book;
};

/** What the rules of a level ask about beyond paths. */
const factQueryOf = (profiles: readonly Profile[], level: Level): Omit<FactQuery, 'entries'> => {
  const rules = profiles
    .flatMap((profile) => profile.rules)
    .filter((rule) => isOfLevel(rule, level));
  return {
    marks: new Set(rules.flatMap(({ requires }) => requires?.is ?? [])),
    packages: rules.flatMap((rule) => (rule.packages ?? []).map(packagePattern)),
    programs: [...new Set(rules.flatMap(({ requires }) => requires?.notCalled ?? []))].map(toBytes),
  };
};

const byName = (profiles: readonly Profile[], name: string): Profile => {
  const profile = profiles.find((each) => each.name === name);
  if (profile) return profile;
  throw new ReslimError('usage', `no profile named ${name}`, {
    hint: `there are: auto, none, ${profiles.map((each) => each.name).join(', ')}`,
  });
};
