import type { Budget, CheckedImage, CheckResult } from '../api/check.ts';
import type { SlimOptions } from '../api/options.ts';
import { ReslimError } from '../base/errors.ts';
import { isAboutContents } from '../checks/budget.ts';
import { checkDenied } from '../checks/find-denied.ts';
import { openExpansionBudget } from '../layer/read/expansion-budget.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { descriptorOf, imagesOf, type ImageNode } from '../oci/image.ts';
import type { ImageSource } from '../oci/store.ts';
import { readImage } from '../transport/read-image.ts';
import { checkImage } from './check-image.ts';
import { findBaseline, openBaseline, type FoundBaseline } from './find-baseline.ts';
import { isDamage } from './is-damage.ts';
import type { Output } from './open-output.ts';
import type { SessionSource, SessionTarget } from './open-places.ts';
import type { Session } from './session.ts';

/** What the result of a slim is held to, beyond its size. */
export interface SlimBudget {
  readonly budget: Budget;
  readonly baseline: FoundBaseline | undefined;
  /** Which limits are not checked, and why. */
  readonly notes: readonly string[];
}

export interface SlimBudgetOptions {
  readonly session: Session;
  /** What `baseline` names, where it is an image. */
  readonly compared: ImageSource | undefined;
  readonly targets: readonly SessionTarget[];
}

/** Reads the budget of a slim; `undefined` where it has none, or one for the size alone. */
export const openSlimBudget = async (
  options: SlimOptions,
  { session, compared, targets }: SlimBudgetOptions,
): Promise<SlimBudget | undefined> => {
  checkDenied(options.deny ?? []);
  const unknown = options.dryRun ? limitsOfWaste(options) : [];
  const present =
    options.maxGrowth !== undefined && options.baseline === undefined
      ? await presentImage(targets[0], session)
      : undefined;
  const baseline = present ?? (await findBaseline(options, compared, session));
  const notes = [
    ...(unknown.length > 0 ? [noteOnWaste(unknown)] : []),
    ...(options.maxGrowth !== undefined && !baseline ? [noteOnGrowth(targets)] : []),
  ];
  notes.forEach(session.addNote);
  const budget = {
    ...options,
    ...Object.fromEntries(unknown.map((name) => [name, undefined])),
    ...(!baseline && { maxGrowth: undefined }),
  };
  return isAboutContents(budget) ? { budget, baseline, notes } : undefined;
};

/** Limits that a dry run cannot check, with their options. */
const OF_WASTE = {
  maxWasted: '--max-wasted',
  maxUserWasted: '--max-user-wasted',
  minEfficiency: '--min-efficiency',
} as const satisfies Partial<Record<keyof Budget, string>>;

/** Which limits of waste a budget has. */
const limitsOfWaste = (budget: Budget): readonly (keyof typeof OF_WASTE)[] =>
  (Object.keys(OF_WASTE) as (keyof typeof OF_WASTE)[]).filter((name) => budget[name] !== undefined);

const noteOnWaste = (limits: readonly (keyof typeof OF_WASTE)[]): string =>
  `${limits.map((name) => OF_WASTE[name]).join(' and ')} cannot be checked in a dry run: only the new image shows what it wastes`;

const noteOnGrowth = (targets: readonly unknown[]): string =>
  targets.length === 0
    ? '--max-growth is not checked: a dry run compares with --baseline only'
    : '--max-growth is not checked: there is no image at the target yet, and no --baseline';

/** The image that would be replaced, for comparison. */
const presentImage = async (
  target: SessionTarget | undefined,
  session: Session,
): Promise<FoundBaseline | undefined> => {
  if (!target) return undefined;
  const { kind } = target.reference;
  if (kind !== 'oci' && kind !== 'registry')
    throw new ReslimError('usage', `--max-growth has nothing to compare with, ${target.name}`, {
      hint: 'add --baseline: only layouts and registries can tell what they had before',
      place: target.name,
    });
  try {
    const existing = await target.openExisting();
    return existing && (await openBaseline(session.add(existing), session));
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
};

export interface CheckSlimRun {
  readonly session: Session;
  readonly budget: SlimBudget;
}

/** Checks the images of a result that can be read, and says how they keep the budget. */
export const checkSlim = async (
  root: ImageNode,
  source: ImageSource,
  { session, budget }: CheckSlimRun,
): Promise<CheckResult> => {
  const { limits, onEvent } = session;
  onEvent({ type: 'stage', stage: 'check' });
  // Its reading is a part of the check, and unpacks the same files once more.
  const quiet = { ...session, onEvent: () => {}, expansion: openExpansionBudget(limits) };
  const images: CheckedImage[] = [];
  for (const image of imagesOf(root))
    if (image.platform.os !== 'windows')
      images.push(await checkImage(image, { session: quiet, source, ...budget }));
  return announced(
    images,
    { name: source.name, digest: descriptorOf(root).digest },
    { session, budget },
  );
};

export interface CheckOutputRun extends CheckSlimRun {
  readonly output: Output;
  /** What is expected of a dry run, which has no output. */
  readonly expected: readonly CheckedImage[];
  readonly source: SessionSource;
}

/** Checks what a slim has written before a target has it, or what it would write. */
export const checkOutput = async (
  written: Descriptor,
  { output, expected, source, session, budget }: CheckOutputRun,
): Promise<CheckResult> => {
  const run = { session, budget };
  const staged = output.sourceAt?.(written);
  if (!staged) return announced(expected, { name: source.name, digest: source.root.digest }, run);
  const { limits, signal } = session;
  return checkSlim(await readImage(staged, { limits, signal }), staged, run);
};

/** The result for images that were checked, which listeners hear of at once: the run may fail with it. */
const announced = (
  images: readonly CheckedImage[],
  { name, digest }: { readonly name: string; readonly digest: Digest },
  { session, budget: { baseline, notes } }: CheckSlimRun,
): CheckResult => {
  const result: CheckResult = {
    name,
    digest,
    passed: images.every(({ passed }) => passed),
    ...(baseline && { baseline: { name: baseline.name, digest: baseline.digest } }),
    images,
    notes,
  };
  session.onEvent({ type: 'check', result });
  return result;
};
