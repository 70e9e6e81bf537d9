import type { SlimResult } from '../api/results.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { findDone, type DoneResult, type FindDoneOptions } from './find-done.ts';
import type { SessionTarget } from './open-places.ts';

/** Which targets of a slim have its result already. */
export interface UpToDate {
  readonly found: ReadonlyMap<SessionTarget, DoneResult>;
  /** There are targets, and all of them have it. */
  readonly isAll: boolean;
  /** What became of the run, by what the other targets got. */
  readonly result: (written?: Descriptor) => SlimResult;
}

/**
 * Looks for targets that need no work. All need it where the user asked for that, for explanations or checks
 * that only the work gives, or for another image beside, and where the result depends on tools outside of reslim.
 */
export const findUpToDate = async (
  targets: readonly SessionTarget[],
  run: FindDoneOptions,
): Promise<UpToDate> => {
  const { session, options, source, recipe } = run;
  const { force = false, explain = [], failOn, strict = false, complement } = options;
  const found = new Map<SessionTarget, DoneResult>();
  const needsWork =
    complement !== undefined ||
    force ||
    strict ||
    explain.length > 0 ||
    failOn !== undefined ||
    recipe.digest === undefined;
  for (const target of needsWork ? [] : targets) {
    const existing = await target.openExisting();
    if (!existing) continue;
    const done = await findDone(session.add(existing), run);
    if (done) found.set(target, done);
  }
  const isAll = targets.length > 0 && found.size === targets.length;
  const result = (written?: Descriptor): SlimResult => {
    const descriptorAt = (target: SessionTarget) =>
      (found.get(target)?.descriptor ?? written) as Descriptor;
    const named = targets.map((target) => {
      const id = target.localId?.();
      return {
        name: target.name,
        digest: descriptorAt(target).digest,
        ...(id && { id }),
        upToDate: found.has(target),
      };
    });
    const [first] = named;
    const { mediaType, digest, size } = targets[0] ? descriptorAt(targets[0]) : source.root;
    const done = isAll ? targets[0] && found.get(targets[0]) : undefined;
    const { check, verification } = done ?? {};
    return {
      source: { name: source.name, digest: source.root.digest },
      ...(first && {
        target: { name: first.name, digest },
        descriptor: { mediaType, digest, size },
      }),
      targets: named,
      changed: digest !== source.root.digest,
      upToDate: isAll,
      images: [],
      ...(check && { check }),
      ...(verification && { verification }),
      notes: session.notes,
      durationMs: session.elapsed(),
    };
  };
  return { found, isAll, result };
};
