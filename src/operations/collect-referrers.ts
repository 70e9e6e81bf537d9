import { limitError, type Limits } from '../base/limits.ts';
import type { Digest } from '../oci/digest.ts';
import { descriptorOf, isPartial, type ImageNode } from '../oci/image.ts';
import type { OpenedSource, Referrer } from '../transport/opened-source.ts';

type ReferrerSource = Pick<OpenedSource, 'name' | 'referrers'>;

/** A referrer, and what it refers to. */
export interface FoundReferrer extends Referrer {
  readonly subject: Digest;
}

/** Everything that refers to an image, to its platforms, and to those referrers themselves, each once. */
export const collectReferrers = async (
  root: ImageNode,
  source: ReferrerSource,
  limits: Pick<Limits, 'manifestCount'>,
): Promise<readonly FoundReferrer[]> => referrersTo(digestsOf(root), source, limits);

/** The same for some manifests. Rejects with `limit` for more than an image may have. */
export const referrersTo = async (
  digests: readonly Digest[],
  source: ReferrerSource,
  { manifestCount }: Pick<Limits, 'manifestCount'>,
): Promise<readonly FoundReferrer[]> => {
  const found = new Map<string, FoundReferrer>();
  const waiting = [...digests];
  const asked = new Set<Digest>(waiting);
  for (let digest = waiting.shift(); digest !== undefined; digest = waiting.shift()) {
    for (const referrer of (await source.referrers?.(digest)) ?? []) {
      const key = `${referrer.descriptor.digest} ${referrer.tag ?? ''}`;
      found.set(key, { ...referrer, subject: digest });
      if (found.size > manifestCount) {
        const what = `more than ${manifestCount} referrers`;
        throw limitError('manifestCount', what, source.name, { place: source.name });
      }
      const next = referrer.descriptor.digest;
      if (!asked.has(next)) waiting.push(next);
      asked.add(next);
    }
  }
  return [...found.values()];
};

/**
 * Manifests of an image that others may refer to. An index that loses images gets another digest: what refers to it is
 * not true of the new one.
 */
export const digestsOf = (node: ImageNode): readonly Digest[] => {
  const own = isPartial(node) ? [] : [descriptorOf(node).digest];
  return node.kind === 'index' ? [...own, ...node.children.flatMap(digestsOf)] : own;
};
