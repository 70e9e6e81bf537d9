import { ReslimError } from '../base/errors.ts';
import type { Digest } from '../oci/digest.ts';
import type { ExistingImage } from '../transport/open-existing.ts';
import type { Referrer } from '../transport/opened-source.ts';
import { readImage } from '../transport/read-image.ts';
import { carryNode } from '../write/carry-node.ts';
import { referrersTo } from './collect-referrers.ts';
import type { SessionSource, SessionTarget } from './open-places.ts';
import type { Session } from './session.ts';

export interface CopyReferrersOptions {
  readonly source: SessionSource;
  readonly target: SessionTarget;
  readonly session: Session;
  /** The target as it is: referrers that it has are not copied again. @default all are copied */
  readonly existing?: ExistingImage | undefined;
}

/**
 * Copies everything that refers to some manifests, and to those referrers themselves. Resolves with how many there were,
 * and how many of these the target had not.
 */
export const copyReferrers = async (
  digests: readonly Digest[],
  options: CopyReferrersOptions,
): Promise<{ readonly found: number; readonly copied: number }> => {
  const found = await referrersTo(digests, options.source, options.session.limits);
  const known = new Map<Digest, readonly Referrer[]>();
  let copied = 0;
  for (const referrer of found) {
    const { subject, tag, descriptor } = referrer;
    const there = known.get(subject) ?? (await options.existing?.referrers?.(subject)) ?? [];
    known.set(subject, there);
    if (there.some((one) => one.tag === tag && one.descriptor.digest === descriptor.digest))
      continue;
    await copyReferrer(referrer, options);
    copied++;
  }
  return { found: found.length, copied };
};

/** They name an image by its digest, which changes with its documents. */
export const refuseReferrersOfEdited = (): never => {
  throw new ReslimError('usage', 'referrers cannot be copied when documents are edited', {
    hint: 'leave out --referrers, or the edits',
  });
};

const copyReferrer = async (
  { descriptor, tag }: Referrer,
  { source, target, session }: CopyReferrersOptions,
): Promise<void> => {
  const { limits, signal } = session;
  const place = await target.openBeside(
    tag === undefined ? { digest: descriptor.digest } : { tag },
  );
  try {
    const node = await readImage({ ...source, root: descriptor }, { limits, signal });
    await carryNode(node, { source, target: place, signal });
    await place.commit(descriptor);
  } finally {
    await place.close();
  }
};
