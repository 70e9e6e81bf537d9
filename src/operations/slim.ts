import type { SlimOptions } from '../api/options.ts';
import type { ComplementReport, SlimResult } from '../api/results.ts';
import { ReslimError, throwIfAborted } from '../base/errors.ts';
import type { Edits } from '../edits/edits.ts';
import { readEdits } from '../edits/read-edits.ts';
import type { Digest } from '../oci/digest.ts';
import type { ImageNode } from '../oci/image.ts';
import { complementRecipe, type Recipe } from '../oci/made-from.ts';
import type { PlanOptions } from '../plan/plan-slim.ts';
import { loadRuleBook } from '../rules/load-rule-book.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { Transformer } from '../transform/transform.ts';
import { openTransformer } from '../transform/transformer.ts';
import { attestImage } from './attest.ts';
import { checkLayout } from './check-layout.ts';
import type { ComplementOutcome } from './complement-outcome.ts';
import { editRoot, noteLostAnnotations } from './edit-root.ts';
import { openBases } from './find-base.ts';
import { findKnownLayers } from './known-layers.ts';
import { otherImages, type OtherImages } from './other-images.ts';
import { openOutput, stageOutput } from './open-output.ts';
import type { SessionSource, SessionTarget } from './open-places.ts';
import { withSession, type Session } from './session.ts';
import { checkOutput, openSlimBudget } from './slim-budget.ts';
import {
  idleInAll,
  notesOnIdleOptions,
  refuseEmpty,
  refuseOverBudget,
  refuseOpen,
  refuseSecrets,
  targetsOf,
} from './slim-checks.ts';
import { noteReferrersLeft, slimNode } from './slim-node.ts';
import {
  cacheNames,
  openSharedCache,
  readCacheKey,
  type SharedCacheOptions,
} from './shared-cache.ts';
import { slimPlanOptions, slimRecipe } from './slim-run.ts';
import { findUpToDate } from './up-to-date.ts';
import { verifyOutput } from './verify-slim.ts';

/**
 * Slims an image: reads it from `source`, removes what profiles name, and writes the rest to the targets. All
 * images of an index are slimmed, and the index is rewritten. Rejects with a `ReslimError`; a target that
 * it does not name as written is then as it was.
 *
 * This is the run as a whole. What happens to each image is in `slimImage`.
 */
export const slim = (options: SlimOptions): Promise<SlimResult> =>
  withSession(options, async (session) => {
    checkLayout(options);
    const key = readCacheKey(options, session);
    const means = await openSlimMeans(options, session);
    const { dryRun = false, attest = false } = options;
    const others = otherImages(options);
    const { sources, targets, caches } = await session.open({
      sources: [options.source, ...others.names],
      targets: dryRun ? [] : targetsOf(options),
      referrers: attest,
      renames: true,
      inPlace: options.inPlace ?? false,
      beside: options.complement,
      caches: key ? cacheNames(options) : [],
    });
    const [source, ...opened] = sources;
    const shared = key && { key, places: caches };
    return slimOpened({ ...means, ...others.of(opened), source, targets, shared });
  });

/** What a slim works with, whatever the image. */
export interface SlimMeans {
  readonly session: Session;
  readonly options: SlimOptions;
  readonly rules: RuleBook;
  readonly transformer: Transformer;
  /** Checked. */
  readonly edits: Edits | undefined;
}

/** Loads the rules and finds the tools that options ask for. */
export const openSlimMeans = async (options: SlimOptions, session: Session): Promise<SlimMeans> => {
  const edits = slimEdits(options);
  const rules = await loadRuleBook(options);
  for (const note of notesOnIdleOptions(options)) session.addNote(note);
  return {
    session,
    options,
    edits,
    rules,
    transformer: session.add(await openTransformer(options, session)),
  };
};

/** Throws `usage` for edits that cannot be made. */
const slimEdits = ({ edits, timestamp }: SlimOptions): Edits | undefined => {
  const checked = readEdits(edits);
  if (timestamp === undefined || edits?.created === undefined || edits.created <= timestamp)
    return checked;
  throw new ReslimError('usage', '--created is later than --timestamp, which no time may be', {
    hint: 'leave one of them out; SOURCE_DATE_EPOCH in the environment counts as --timestamp',
  });
};

/** How layers of these places are stored, and the recipe that follows from it. */
export const planOf = (
  { options, rules, transformer, edits }: SlimMeans,
  source: SessionSource,
  targets: readonly SessionTarget[],
  others: readonly Digest[] = [],
): { readonly plan: PlanOptions; readonly recipe: Recipe } => {
  const kinds = targets.map(({ reference }) => reference.kind);
  const plan = slimPlanOptions(options, source.kind, kinds);
  return { plan, recipe: slimRecipe(options, { rules, plan, transformer, edits }, others) };
};

/** A slim whose places are open. */
export interface OpenedSlim extends SlimMeans, OtherImages {
  readonly source: SessionSource;
  readonly targets: readonly SessionTarget[];
  /** Caches in registries and layouts, and the key they are signed with. */
  readonly shared?: Pick<SharedCacheOptions, 'key' | 'places'> | undefined;
  /** Documents of the source that were read before. @default they are read */
  readonly root?: ImageNode | undefined;
  /** Looks for referrers that stay at the source, to note how many: some requests for each image. @default true */
  readonly seeksReferrers?: boolean | undefined;
}

/** Slims from one open place to others. Rejects as `slim` does. */
export const slimOpened = async (opened: OpenedSlim): Promise<SlimResult> => {
  const { session, options, rules, transformer, edits, source, targets } = opened;
  const { compared, base, previous } = opened;
  const { dryRun = false, attest = false } = options;
  const budget = await openSlimBudget(options, { session, compared, targets });
  const looked = [base, previous].flatMap((each) => (each ? [each.root.digest] : []));
  const { plan, recipe } = planOf(opened, source, targets, looked);
  if (dryRun && options.verify)
    session.addNote('a dry run is not verified: only the new image shows what it has');
  const upToDate = await findUpToDate(targets, {
    session,
    options,
    edits,
    source,
    recipe,
    budget,
  });
  if (upToDate.isAll) return upToDate.result();
  const direct = await openOutput(targets.filter((target) => !upToDate.found.has(target)));
  const isHeld = budget !== undefined || options.verify === true;
  const output = isHeld && !dryRun ? stageOutput(direct, session) : direct;
  noteLostAnnotations(edits, targets, session);
  const original = opened.root ?? (await session.read(source));
  const root = editRoot(original, edits, session);
  const earlier = previous && (await session.read(previous));
  const shared =
    opened.shared && (await openSharedCache({ ...opened.shared, options, session, recipe }));

  const { written, images, checked, replaced, complement } = await slimNode(root, {
    session,
    options,
    rules,
    transformer,
    edits,
    source,
    target: output.blobs,
    plan,
    recipe,
    budget,
    cache: session.cache,
    findBase:
      plan.squash === 'base'
        ? await openBases({ base: options.base, opened: base, source, root }, session)
        : undefined,
    previous: earlier,
    known: await findKnownLayers(opened, earlier, recipe),
    shared,
    complement:
      options.complement === undefined
        ? undefined
        : { tag: options.complement, root: original, recipe: complementRecipe(recipe) },
  });
  refuseEmpty(images, source.name);
  for (const option of idleInAll(images)) session.addNote(`${option} matches nothing`);
  const check =
    budget && (await checkOutput(written, { output, expected: checked, source, session, budget }));
  refuseOverBudget(images, options, check);
  refuseSecrets(images, options);
  refuseOpen(images, options);
  const staged = options.verify ? output.sourceAt?.(written) : undefined;
  const verification = staged && (await verifyOutput(staged, { source, root, session }));
  throwIfAborted(session.signal);

  session.onEvent({ type: 'stage', stage: 'commit' });
  if (!dryRun && opened.seeksReferrers !== false)
    await noteReferrersLeft(replaced, source, session);
  const result = (): SlimResult => ({
    ...upToDate.result(written),
    changed: written.digest !== source.root.digest,
    images,
    ...(complement && { complement: reportComplement(complement, options) }),
    ...(check && { check }),
    ...(verification && { verification }),
  });
  await output.deliver();
  await output.forEach(async (target) => {
    if (attest) {
      const { signal } = session;
      await attestImage(written, { result: result(), options, source, target, signal });
    }
    await target.commit(written, complement?.descriptor);
  });
  output.throwFailures(written.digest);
  await shared?.commit();
  return result();
};

const reportComplement = (
  { descriptor, bytes }: ComplementOutcome,
  { complement = '' }: SlimOptions,
): ComplementReport => ({
  tag: complement,
  ...(descriptor && { digest: descriptor.digest }),
  bytes,
});
