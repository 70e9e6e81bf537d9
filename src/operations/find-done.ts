import type { SlimOptions } from '../api/options.ts';
import type { CheckResult } from '../api/check.ts';
import type { VerifyResult } from '../api/verify.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { compressedSizeOf, descriptorOf, imagesOf, type Image } from '../oci/image.ts';
import type { Recipe } from '../oci/made-from.ts';
import { formatPlatform } from '../oci/platform.ts';
import type { Edits } from '../edits/edits.ts';
import type { ExistingImage } from '../transport/open-existing.ts';
import { editRoot } from './edit-root.ts';
import { REPORT_TYPE, STATEMENT_TYPE } from './attestation-types.ts';
import { findResult } from './find-result.ts';
import { isDamage } from './is-damage.ts';
import { expectedOf, makingOf } from './making.ts';
import type { SessionSource } from './open-places.ts';
import type { Session } from './session.ts';
import { checkSlim, type SlimBudget } from './slim-budget.ts';
import { refuseOverBudget } from './slim-checks.ts';
import { verifySlim } from './verify-slim.ts';

export interface FindDoneOptions {
  readonly session: Session;
  readonly options: SlimOptions;
  readonly edits: Edits | undefined;
  readonly source: SessionSource;
  readonly recipe: Recipe;
  readonly budget: SlimBudget | undefined;
}

/** A result that a target has. */
export interface DoneResult {
  readonly descriptor: Descriptor;
  /** How it keeps the budget, where there is one. */
  readonly check: CheckResult | undefined;
  /** How it compares with the source, where that was asked. */
  readonly verification: VerifyResult | undefined;
}

/**
 * What a target has, where that is the result of this very slim, attestations included.
 * `undefined` where the work has to be done, as for a damaged image. Rejects with `policy` as the work would.
 */
export const findDone = async (
  existing: ExistingImage,
  { session, options, edits, source, recipe, budget }: FindDoneOptions,
): Promise<DoneResult | undefined> => {
  const { attest = false } = options;
  // Which image of an index is meant is known only when the index has been read.
  const image = session.platform ? descriptorOf(await session.read(source)) : source.root;
  const expected = expectedOf(makingOf(source, recipe, session, image), session);
  try {
    const found = await findResult(existing, expected, session);
    if (!found || (attest && !(await isAttested(existing)))) return undefined;
    const check = budget && (await checkSlim(found, existing, { session, budget }));
    refuseOverBudget(imagesOf(found).map(sizeOf), options, check);
    const verification = options.verify
      ? await verifySlim(
          { source: existing, root: found },
          { source, root: editRoot(await session.read(source), edits, session), session },
        )
      : undefined;
    return { descriptor: descriptorOf(found), check, verification };
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
};

const sizeOf = (image: Image) => ({
  platform: formatPlatform(image.platform),
  target: { compressedSize: compressedSizeOf(image) },
});

const isAttested = async ({ root, referrers }: ExistingImage): Promise<boolean> => {
  const found = (await referrers?.(root.digest)) ?? [];
  const types = new Set(found.map(({ descriptor }) => descriptor.artifactType));
  return types.has(REPORT_TYPE) && types.has(STATEMENT_TYPE);
};
