import { inParallel } from '../base/concurrency.ts';
import { ReslimError } from '../base/errors.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { isIndexType, isManifestType } from '../oci/media-type.ts';
import type { ImageSource, ImageTarget } from '../oci/store.ts';
import { stageImage } from '../transport/staged-image.ts';
import { copyBlob } from '../write/copy-blob.ts';
import { nullTarget } from '../write/null-target.ts';
import { severalTargets } from '../write/several-targets.ts';
import type { SessionTarget } from './open-places.ts';
import type { Session } from './session.ts';

/** Where a run writes: to no target, one, or several. */
export interface Output {
  /** Takes all blobs and documents. */
  readonly blobs: ImageTarget;
  /** Runs an action for each target that has them; a failure is noted where there are other targets. */
  readonly forEach: (action: (target: SessionTarget) => Promise<void>) => Promise<void>;
  /**
   * Reads what was written while no target has it. Absent where it went to the targets at once; what they cannot show
   * is still there then, such as blobs in a registry.
   */
  readonly sourceAt?: ((root: Descriptor) => ImageSource) | undefined;
  /** Brings what was written to the targets, unless it is there. */
  readonly deliver: () => Promise<void>;
  /** Throws where a target failed, and names those that were written. */
  readonly throwFailures: (written: Digest) => void;
}

/** The same output, which keeps what is written in the temp folder of the session until it is delivered. */
export const stageOutput = (
  output: Output,
  { temp, signal }: Pick<Session, 'temp' | 'signal'>,
): Output => {
  const { name, isOciOnly } = output.blobs;
  const { blobs, stored, sourceAt } = stageImage(temp, { name, isOciOnly, signal });
  const deliver = async (): Promise<void> => {
    const isDocument = ({ mediaType }: Descriptor): boolean =>
      isManifestType(mediaType) || isIndexType(mediaType);
    const all = [...stored];
    const copy = (blob: Descriptor) =>
      copyBlob(blob, { source: sourceAt(blob), target: output.blobs, signal });
    const jobs = all.filter((blob) => !isDocument(blob)).map((blob) => () => copy(blob));
    await inParallel(jobs, () => {}, WIDTH);
    // A registry takes a manifest only when it has all that this names.
    for (const document of all.filter(isDocument)) await copy(document);
  };
  return { ...output, blobs, sourceAt, deliver };
};

/** How many blobs are brought to the targets at once. */
const WIDTH = 4;

export const openOutput = async (targets: readonly SessionTarget[]): Promise<Output> => {
  const [only, ...others] = targets;
  const deliver = async (): Promise<void> => {};
  const throwFailures = (): void => {};
  if (!only) return { blobs: nullTarget, forEach: async () => {}, deliver, throwFailures };
  if (others.length === 0)
    return { blobs: only, forEach: (action) => action(only), deliver, throwFailures };
  const output = severalTargets(targets.map((target) => ({ target, place: target.place })));
  return {
    ...output,
    deliver,
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
