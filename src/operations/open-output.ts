import { ReslimError } from '../base/errors.ts';
import type { Digest } from '../oci/digest.ts';
import type { ImageTarget } from '../oci/store.ts';
import { nullTarget } from '../write/null-target.ts';
import { severalTargets } from '../write/several-targets.ts';
import type { SessionTarget } from './open-places.ts';

/** Where a run writes: to no target, one, or several. */
export interface Output {
  /** Takes all blobs and documents. */
  readonly blobs: ImageTarget;
  /** Runs an action for each target that has them; a failure is noted where there are other targets. */
  readonly forEach: (action: (target: SessionTarget) => Promise<void>) => Promise<void>;
  /** Throws where a target failed, and names those that were written. */
  readonly throwFailures: (written: Digest) => void;
}

export const openOutput = async (targets: readonly SessionTarget[]): Promise<Output> => {
  const [only, ...others] = targets;
  const throwFailures = (): void => {};
  if (!only) return { blobs: nullTarget, forEach: async () => {}, throwFailures };
  if (others.length === 0) return { blobs: only, forEach: (action) => action(only), throwFailures };
  const output = severalTargets(targets.map((target) => ({ target, place: target.place })));
  return {
    ...output,
    throwFailures: (written) => {
      const { failures } = output;
      if (failures.size > 0) throw partialFailure(targets, failures, written);
    },
  };
};

/** The first failure, with the fate of all targets. */
const partialFailure = (
  targets: readonly SessionTarget[],
  failures: ReadonlyMap<SessionTarget, unknown>,
  written: Digest,
): unknown => {
  const [first] = targets.flatMap((target) => failures.get(target) ?? []);
  if (!(first instanceof ReslimError)) return first;
  const names = (isWritten: boolean): string =>
    targets
      .filter((target) => failures.has(target) !== isWritten)
      .map(({ name }) => name)
      .join(', ');
  const fate = `written: ${names(true)} (${written})\nnot written: ${names(false)}`;
  const { code, message, origin, place } = first;
  const hint = [fate, first.hint].filter(Boolean).join('\n');
  return new ReslimError(code, message, { hint, origin, place, cause: first });
};
