import type { SlimOptions } from '../api/options.ts';
import type { SlimResult } from '../api/results.ts';
import { throwIfAborted } from '../base/errors.ts';
import { loadRuleBook } from '../rules/load-rule-book.ts';
import { openTransformer } from '../transform/transformer.ts';
import { nullTarget } from '../write/null-target.ts';
import { withSession } from './session.ts';
import { refuseEmpty, refuseOverBudget, targetOf } from './slim-checks.ts';
import { noteReferrersLeft, slimNode } from './slim-node.ts';
import { slimPlanOptions, slimRecipe } from './slim-run.ts';

/**
 * Slims an image: reads it from `source`, removes what profiles name, and writes the rest to `target`. All
 * images of an index are slimmed, and the index is rewritten. Rejects with a `ReslimError`; the target then
 * is as it was.
 *
 * This is the run as a whole. What happens to each image is in `slimImage`.
 */
export const slim = (options: SlimOptions): Promise<SlimResult> =>
  withSession(options, async (session) => {
    const { dryRun = false, attest = false } = options;
    const rules = await loadRuleBook(options);
    const transformer = session.add(await openTransformer(options, session));
    const places = await session.open({
      sources: [options.source],
      targets: dryRun ? [] : [targetOf(options)],
      referrers: attest,
    });
    const [source] = places.sources;
    const [target] = places.targets;
    const plan = slimPlanOptions(options, source.kind, target?.reference.kind);
    const recipe = slimRecipe(options, { rules, plan, transformer });
    if (target) {
      const { findPresent, presentResult } = await import('./find-present.ts');
      const present = await findPresent(target, { session, options, source, recipe });
      if (present) return presentResult(present, { session, options, source, target });
    }
    const root = await session.read(source);

    const { written, images, replaced } = await slimNode(root, {
      session,
      options,
      rules,
      transformer,
      source,
      target: target ?? nullTarget,
      plan,
      recipe,
      cache: session.cache,
    });
    refuseEmpty(images, source.name);
    refuseOverBudget(images, options);
    throwIfAborted(session.signal);

    session.onEvent({ type: 'stage', stage: 'commit' });
    if (target) await noteReferrersLeft(replaced, source, session);
    const result: SlimResult = {
      source: { name: source.name, digest: source.root.digest },
      ...(target && { target: { name: target.name, digest: written.digest } }),
      changed: written.digest !== source.root.digest,
      upToDate: false,
      images,
      notes: session.notes,
      durationMs: session.elapsed(),
    };
    if (target && attest) {
      const { attestImage } = await import('./attest.ts');
      await attestImage(written, { result, options, source, target, signal: session.signal });
    }
    await target?.commit(written);
    return { ...result, durationMs: session.elapsed() };
  });
