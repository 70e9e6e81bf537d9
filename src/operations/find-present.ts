import type { SlimOptions } from '../api/options.ts';
import type { SlimResult } from '../api/results.ts';
import { ReslimError } from '../base/errors.ts';
import { descriptorOf, imagesOf, type Image, type ImageNode } from '../oci/image.ts';
import type { Recipe } from '../oci/made-from.ts';
import { formatPlatform } from '../oci/platform.ts';
import type { ExistingImage } from '../transport/open-existing.ts';
import { REPORT_TYPE, STATEMENT_TYPE } from './attestation-types.ts';
import { findResult } from './find-result.ts';
import type { SessionSource, SessionTarget } from './open-places.ts';
import type { Session } from './session.ts';
import { refuseOverBudget } from './slim-checks.ts';

export interface FindPresentOptions {
  readonly session: Session;
  readonly options: SlimOptions;
  readonly source: SessionSource;
  readonly recipe: Recipe;
}

/**
 * The result of this very slim, where the target has it already, attestations included. `undefined` where
 * the work has to be done: also for what the user asks to have explained, and for a target that is damaged.
 */
export const findPresent = async (
  target: SessionTarget,
  { session, options, source, recipe }: FindPresentOptions,
): Promise<ImageNode | undefined> => {
  const { force = false, attest = false, explain = [] } = options;
  if (force || explain.length > 0 || recipe.digest === undefined) return undefined;
  const existing = await target.openExisting();
  if (!existing) return undefined;
  session.add(existing);
  // Which image of an index is meant shows only when the index has been read.
  const image = session.platform ? descriptorOf(await session.read(source)) : source.root;
  const expected = { source: image, open: source.open, recipe: recipe.digest };
  try {
    const found = await findResult(existing, expected, session);
    return found && (!attest || (await isAttested(existing))) ? found : undefined;
  } catch (error) {
    if (error instanceof ReslimError && DAMAGED.has(error.code)) return undefined;
    throw error;
  }
};

export type PresentOptions = Pick<FindPresentOptions, 'session' | 'options' | 'source'> & {
  readonly target: SessionTarget;
};

/** The result of a slim that found its work done. Rejects with `policy` as the work itself would. */
export const presentResult = (
  node: ImageNode,
  { session, options, source, target }: PresentOptions,
): SlimResult => {
  refuseOverBudget(imagesOf(node).map(sizeOf), options);
  const { digest } = descriptorOf(node);
  return {
    source: { name: source.name, digest: source.root.digest },
    target: { name: target.name, digest },
    changed: digest !== source.root.digest,
    upToDate: true,
    images: [],
    notes: session.notes,
    durationMs: session.elapsed(),
  };
};

const sizeOf = ({ document, platform }: Image) => ({
  platform: formatPlatform(platform),
  target: { compressedSize: document.value.layers.reduce((sum, { size }) => sum + size, 0) },
});

const DAMAGED: ReadonlySet<string> = new Set([
  'ambiguous',
  'invalid-image',
  'limit',
  'mismatch',
  'not-found',
  'unsupported',
]);

const isAttested = async ({ root, referrers }: ExistingImage): Promise<boolean> => {
  const found = (await referrers?.(root.digest)) ?? [];
  const types = new Set(found.map(({ descriptor }) => descriptor.artifactType));
  return types.has(REPORT_TYPE) && types.has(STATEMENT_TYPE);
};
