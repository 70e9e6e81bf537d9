import type { ImageNode } from '../oci/image.ts';
import type { Referrer } from '../transport/opened-source.ts';
import { readImage } from '../transport/read-image.ts';
import { carryNode } from '../write/carry-node.ts';
import { collectReferrers } from './collect-referrers.ts';
import type { SessionSource, SessionTarget } from './open-places.ts';
import type { Session } from './session.ts';

export interface CopyReferrersOptions {
  readonly source: SessionSource;
  readonly target: SessionTarget;
  readonly session: Session;
}

/**
 * Copies everything that refers to an image, to its platforms, and to those referrers themselves. Resolves
 * with how many there were.
 */
export const copyReferrers = async (
  root: ImageNode,
  options: CopyReferrersOptions,
): Promise<number> => {
  const found = await collectReferrers(root, options.source, options.session.limits);
  for (const referrer of found) await copyReferrer(referrer, options);
  return found.length;
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
