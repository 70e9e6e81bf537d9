import type { Mark } from '../facts/facts.ts';
import type { Purpose } from '../facts/purposes.ts';
import type { RuleLevel } from '../api/vocabulary.ts';

/**
 * One reason to drop nodes, as a profile file states it. Globs are rooted at the image's `/`.
 * `**` crosses folders, `x/**` means everything below `x` but not `x` itself, a glob that matches a
 * folder takes what is below it too, dots need no special care, braces expand. A folder is only
 * dropped when nothing in it stays.
 */
export interface Rule {
  /** Unique within its profile. */
  readonly id: string;
  /** The profile's name. */
  readonly profile: string;
  readonly match: readonly string[];
  /** What `match` must not take. */
  readonly except: readonly string[];
  /**
   * Instead of `match`: patterns of names of packages of the distribution. A package is removed as a
   * whole, records included, and only if nothing that stays needs it.
   */
  readonly packages?: readonly string[] | undefined;
  /**
   * `files`: only files with bytes in them; folders, links and empty files that match stay.
   * `filled`: all but empty folders, which were made for later use.
   * `orphans`: only packages that were installed as dependencies of others.
   */
  readonly only?: 'files' | 'filled' | 'orphans' | undefined;
  readonly requires?: Requirement | undefined;
  /** Ids (`profile/id`) of keep rules that do not hold this rule back: it removes whole packages, records included. */
  readonly overrides: readonly string[];
  readonly level: RuleLevel;
  readonly category: string;
  /** Why it is not needed: one sentence for `--explain`. */
  readonly reason: string;
  /** URL of a page that explains the reason. */
  readonly source?: string | undefined;
}

/** Facts that must all hold for a rule to act. Absent members hold. */
export interface Requirement {
  /** Each glob matches something in the image. */
  readonly exists?: readonly string[] | undefined;
  /** No glob matches anything that stays in the image. */
  readonly absent?: readonly string[] | undefined;
  /**
   * Each path, relative to the folder of the matched node, exists. `{name}` is the node's name, `{stem}` its
   * name up to the first dot: for `__pycache__/x.cpython-311.pyc`, `../{stem}.py` is `x.py`.
   */
  readonly beside?: readonly string[] | undefined;
  /** The matched node has all these marks, which reading files has shown. */
  readonly is?: readonly Mark[] | undefined;
  /** No source or script of the application that stays calls one of these programs. */
  readonly notCalled?: readonly string[] | undefined;
  /** The image uses the cache of none of these tools when it runs, nor has any of them work without a network. */
  readonly notUsed?: readonly string[] | undefined;
  /** The image is for none of these purposes, unless the user named the profile. */
  readonly notFor?: readonly Purpose[] | undefined;
  /** None of these programs is a word of entrypoint, cmd, healthcheck or a script they name. */
  readonly notRun?: readonly string[] | undefined;
  /** The image is for one of these platforms: `linux`, `linux/arm64`. */
  readonly platform?: readonly string[] | undefined;
  /** The image is for none of these platforms. */
  readonly notPlatform?: readonly string[] | undefined;
}

/**
 * Files that look unused and are needed. Keep rules of all shipped profiles apply in every run, whichever
 * profiles are chosen; only `overrides` of a rule or `--drop` win over them.
 */
export interface KeepRule {
  readonly id: string;
  readonly profile: string;
  readonly match: readonly string[];
  readonly except: readonly string[];
  /** What breaks without it. */
  readonly reason: string;
  readonly source?: string | undefined;
}

/** How `--profile auto` recognises an image: any one sign is enough. `always` needs none. */
export interface Detection {
  readonly always?: boolean | undefined;
  /** Globs, one of which matches something in the image. */
  readonly paths?: readonly string[] | undefined;
  /** Names of environment variables, one of which the config sets. */
  readonly env?: readonly string[] | undefined;
}

/** What reslim knows of one ecosystem. */
export interface Profile {
  readonly name: string;
  /** One line for `reslim profiles`. */
  readonly title: string;
  readonly detect: Detection;
  readonly rules: readonly Rule[];
  readonly keep: readonly KeepRule[];
}

/** `profile/id`: how reports and `overrides` name a rule. */
export const ruleId = ({ profile, id }: Pick<Rule | KeepRule, 'profile' | 'id'>): string =>
  `${profile}/${id}`;
