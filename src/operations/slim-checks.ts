import type { CheckResult, CheckRule } from '../api/check.ts';
import type { SlimOptions } from '../api/options.ts';
import type { ImageReport, ImageSize } from '../api/results.ts';
import type { Level } from '../api/vocabulary.ts';
import { ReslimError } from '../base/errors.ts';
import { ruleWords } from '../report/check/words.ts';
import { formatSize } from '../report/format-number.ts';
import { secretMessages } from '../report/secret-messages.ts';

/** The targets; only a dry run may have none. Throws `usage`. */
export const targetsOf = ({ target = [] }: SlimOptions): readonly string[] => {
  const targets = typeof target === 'string' ? [target] : target;
  if (targets.length > 0) return targets;
  throw new ReslimError('usage', 'no target is named', {
    hint: 'add -o TARGET, or --dry-run to see what would go',
  });
};

/** Throws `unsupported` where there is no image. */
export const refuseEmpty = (images: readonly unknown[], name: string): void => {
  if (images.length > 0) return;
  throw new ReslimError('unsupported', `no image with file system layers, ${name}`, {
    place: name,
  });
};

/** Options with globs that match nothing, whatever the platform. */
export const idleInAll = (images: readonly Pick<ImageReport, 'idleGlobs'>[]): readonly string[] =>
  (images[0]?.idleGlobs ?? []).filter((option) =>
    images.every(({ idleGlobs }) => idleGlobs.includes(option)),
  );

/** Options that say what an image uses, which only one level asks. */
export const notesOnIdleOptions = ({
  level,
  entries = [],
  without = [],
  grain,
  traces = [],
}: Pick<SlimOptions, 'level' | 'entries' | 'without' | 'grain' | 'traces'>): string[] =>
  level === 'minimal'
    ? []
    : [
        ...(entries.length > 0 ? ['--entry'] : []),
        ...(without.length > 0 ? ['--without'] : []),
        ...(grain === 'package' ? ['--grain'] : []),
        ...(traces.length > 0 ? ['--trace'] : []),
      ].map((option) => `${option} has no effect without --level minimal`);

/** What of a report the budget is about. */
export type MeasuredImage = Pick<ImageReport, 'platform' | 'expected' | 'expectedAtLean'> & {
  readonly target?: Pick<ImageSize, 'compressedSize'> | undefined;
};

/**
 * Throws `policy` for an image whose stored layers, which users download, are larger than allowed, and for one that
 * does not keep the budget in another way.
 */
export const refuseOverBudget = (
  images: readonly MeasuredImage[],
  { maxSize, level = 'safe' }: Pick<SlimOptions, 'maxSize' | 'level'>,
  check?: CheckResult,
): void => {
  for (const { platform, target, expected, expectedAtLean } of images) {
    const size = (target ?? expected)?.compressedSize;
    if (maxSize === undefined || size === undefined || size <= maxSize) continue;
    const shown = `${target ? '' : 'about '}${formatSize(size)}`;
    throw new ReslimError(
      'policy',
      `${shown} compressed is over the budget of ${formatSize(maxSize)}, image for ${platform}`,
      { hint: budgetHint(level, expectedAtLean?.compressedSize) },
    );
  }
  if (check && !check.passed) throw brokenBudget(check);
};

const brokenBudget = ({ images }: CheckResult): ReslimError => {
  const broken = images.filter(({ passed }) => !passed);
  const checks = broken.flatMap((image) => image.checks.filter(({ passed }) => !passed));
  const rules = [...new Set(checks.map(ruleWords))];
  const platforms = broken.map(({ platform }) => platform).join(', ');
  const hints = new Set(checks.map(({ rule }) => HINTS[rule]));
  return new ReslimError(
    'policy',
    `the result does not keep the budget: ${rules.join(', ')}, image for ${platforms}`,
    { hint: [...hints].join('\n') },
  );
};

/** What helps most to keep a limit. */
const HINTS: Readonly<Record<CheckRule, string>> = {
  'max-size': 'see what is left with --dry-run',
  'max-unpacked': 'see what is left with --dry-run',
  'max-growth': 'see what is left with --dry-run',
  'max-layers': '--squash all makes one layer',
  'max-wasted': '--squash all drops what layers hide, --dedupe what is there twice',
  'max-user-wasted': '--squash all drops what layers hide, --dedupe what is there twice',
  'min-efficiency': '--squash all drops what layers hide, --dedupe what is there twice',
  deny: '--drop GLOB removes files',
  'require-user': 'set USER in the Dockerfile',
  'no-setuid': '--drop GLOB removes files; RUN chmod a-s in the Dockerfile keeps them',
};

/** Throws `policy` for secrets that the source hides badly, where the user asked for that. */
export const refuseSecrets = (
  images: readonly Pick<ImageReport, 'platform' | 'secrets'>[],
  { failOn }: Pick<SlimOptions, 'failOn'>,
): void => {
  const secrets = images.flatMap((image) => image.secrets);
  if (failOn !== 'secrets' || secrets.length === 0) return;
  const messages = secretMessages(secrets);
  const what = messages.length === 1 ? 'a secret that' : `${messages.length} secrets that`;
  const more = messages.length > 4 ? [`${messages.length - 3} more: --dry-run lists them`] : [];
  throw new ReslimError('policy', `the source holds ${what} it seems to hide`, {
    hint: [...messages.slice(0, more.length > 0 ? 3 : 4), ...more].join('\n'),
  });
};

/** Throws `policy` where it could not be told what an image uses, where the user asked for that. */
export const refuseOpen = (
  images: readonly Pick<ImageReport, 'platform' | 'use'>[],
  { strict = false }: Pick<SlimOptions, 'strict'>,
): void => {
  const uses = images.flatMap(({ use }) => use?.open.filter(({ covered }) => !covered) ?? []);
  const [first] = uses;
  if (!strict || !first) return;
  const more = uses.length > 1 ? ` and ${uses.length - 1} more` : '';
  throw new ReslimError('policy', `it is open what the image uses, ${first.place}${more}`, {
    hint: 'name what it uses with --keep, and slim without --strict; or slim at --level lean',
  });
};

const budgetHint = (level: Level, lean: number | undefined): string => {
  if (level !== 'safe') return 'see what is left with --dry-run, or try --strip and --dedupe';
  if (lean === undefined) return 'see what is left with --dry-run, or try --level lean';
  return `--level lean would leave about ${formatSize(lean)}`;
};
