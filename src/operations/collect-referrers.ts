import { limitError, type Limits } from '../base/limits.ts';
import type { Digest } from '../oci/digest.ts';
import { descriptorOf, isPartial, type ImageNode } from '../oci/image.ts';
import type { OpenedSource, Referrer } from '../transport/opened-source.ts';

type ReferrerSource = Pick<OpenedSource, 'name' | 'referrers'>;

/** Everything that refers to an image, to its platforms, and to those referrers themselves, each once. */
export const collectReferrers = async (
  root: ImageNode,
  source: ReferrerSource,
  limits: Pick<Limits, 'manifestCount'>,
): Promise<readonly Referrer[]> => referrersTo(digestsOf(root), source, limits);

/** The same for some manifests. Rejects with `limit` for more than an image may have. */
export const referrersTo = async (
  digests: readonly Digest[],
  source: ReferrerSource,
  { manifestCount }: Pick<Limits, 'manifestCount'>,
): Promise<readonly Referrer[]> => {
  const found = new Map<string, Referrer>();
  const waiting = [...digests];
  const asked = new Set<Digest>(waiting);
  for (let digest = waiting.shift(); digest !== undefined; digest = waiting.shift()) {
    for (const referrer of (await source.referrers?.(digest)) ?? []) {
      found.set(`${referrer.descriptor.digest} ${referrer.tag ?? ''}`, referrer);
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

/** An index that loses images gets another digest: what refers to it is not true of the new one. */
const digestsOf = (node: ImageNode): readonly Digest[] => {
  const own = isPartial(node) ? [] : [descriptorOf(node).digest];
  return node.kind === 'index' ? [...own, ...node.children.flatMap(digestsOf)] : own;
};
