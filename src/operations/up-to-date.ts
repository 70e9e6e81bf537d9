import type { SlimResult } from '../api/results.ts';
import type { Digest } from '../oci/digest.ts';
import { findDone, type FindDoneOptions } from './find-done.ts';
import type { SessionTarget } from './open-places.ts';

/** Which targets of a slim have its result already. */
export interface UpToDate {
  readonly digests: ReadonlyMap<SessionTarget, Digest>;
  /** There are targets, and all of them have it. */
  readonly isAll: boolean;
  /** What became of the run, by the digest that the other targets got. */
  readonly result: (written?: Digest) => SlimResult;
}

/**
 * Looks for targets that need no work. All need it where the user asked for that, or for explanations or checks
 * that only the work gives, and where the result depends on tools outside of reslim.
 */
export const findUpToDate = async (
  targets: readonly SessionTarget[],
  run: FindDoneOptions,
): Promise<UpToDate> => {
  const { session, options, source, recipe } = run;
  const { force = false, explain = [], failOn } = options;
  const digests = new Map<SessionTarget, Digest>();
  const needsWork =
    force || explain.length > 0 || failOn !== undefined || recipe.digest === undefined;
  for (const target of needsWork ? [] : targets) {
    const existing = await target.openExisting();
    if (!existing) continue;
    const digest = await findDone(session.add(existing), run);
    if (digest !== undefined) digests.set(target, digest);
  }
  const isAll = targets.length > 0 && digests.size === targets.length;
  const result = (written?: Digest): SlimResult => {
    const named = targets.map((target) => ({
      name: target.name,
      digest: (digests.get(target) ?? written) as Digest,
      upToDate: digests.has(target),
    }));
    const [first] = named;
    return {
      source: { name: source.name, digest: source.root.digest },
      ...(first && { target: { name: first.name, digest: first.digest } }),
      targets: named,
      changed: first !== undefined && first.digest !== source.root.digest,
      upToDate: isAll,
      images: [],
      notes: session.notes,
      durationMs: session.elapsed(),
    };
  };
  return { digests, isAll, result };
};
