import { limitError, type Limits } from '../base/limits.ts';
import type { Digest } from '../oci/digest.ts';
import type { ImageNode } from '../oci/image.ts';
import type { Reference } from '../oci/reference.ts';
import { carryNode } from '../write/carry-node.ts';
import { openBeside } from '../transport/open-beside.ts';
import type { OpenTargetOptions } from '../transport/open-target.ts';
import type { OpenedSource, Referrer } from '../transport/opened-source.ts';
import { readImage } from '../transport/read-image.ts';

export type CopyReferrersOptions = OpenTargetOptions & { readonly limits: Limits };

/**
 * Brings all that refers to an image, to its platforms, and to those referrers themselves to the
 * place of the target. Resolves with how many there were.
 */
export const copyReferrers = async (
  root: ImageNode,
  source: OpenedSource,
  place: Reference,
  options: CopyReferrersOptions,
): Promise<number> => {
  const found = await collectReferrers(root, source, options.limits);
  for (const one of found) await copyOne(one, source, place, options);
  return found.length;
};

/** Everything that refers to a tree of manifests, innermost last, each once. */
export const collectReferrers = async (
  root: ImageNode,
  source: Pick<OpenedSource, 'name' | 'referrers'>,
  limits: Pick<Limits, 'manifestCount'>,
): Promise<readonly Referrer[]> => referrersTo(digestsOf(root), source, limits);

/** Everything that refers to some manifests, and to those referrers themselves, each once. */
export const referrersTo = async (
  digests: readonly Digest[],
  source: Pick<OpenedSource, 'name' | 'referrers'>,
  { manifestCount }: Pick<Limits, 'manifestCount'>,
): Promise<readonly Referrer[]> => {
  const found = new Map<string, Referrer>();
  const waiting = [...digests];
  const asked = new Set<Digest>(waiting);
  for (let digest = waiting.shift(); digest !== undefined; digest = waiting.shift()) {
    for (const referrer of (await source.referrers?.(digest)) ?? []) {
      found.set(`${referrer.descriptor.digest} ${referrer.tag ?? ''}`, referrer);
      if (found.size > manifestCount) {
        throw limitError('manifestCount', `more than ${manifestCount} referrers`, source.name);
      }
      const next = referrer.descriptor.digest;
      if (!asked.has(next)) waiting.push(next);
      asked.add(next);
    }
  }
  return [...found.values()];
};

const digestsOf = (node: ImageNode): readonly Digest[] => {
  if (node.kind === 'other') return [node.descriptor.digest];
  const own = node.document.descriptor.digest;
  return node.kind === 'index' ? [own, ...node.children.flatMap(digestsOf)] : [own];
};

const copyOne = async (
  { descriptor, tag }: Referrer,
  source: OpenedSource,
  place: Reference,
  options: CopyReferrersOptions,
): Promise<void> => {
  const { limits, signal } = options;
  const name = tag === undefined ? { digest: descriptor.digest } : { tag };
  const target = await openBeside(place, name, options);
  try {
    const node = await readImage({ ...source, root: descriptor }, { limits, signal });
    await carryNode(node, { source, target, signal });
    await target.commit(descriptor);
  } finally {
    await target.close();
  }
};
