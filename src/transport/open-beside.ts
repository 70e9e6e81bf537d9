import { ReslimError } from '../base/errors.ts';
import type { Digest } from '../oci/digest.ts';
import { formatReference, type Reference } from '../oci/reference.ts';
import type { ImageTarget } from '../oci/store.ts';
import { DEFAULT_LIMITS } from '../base/limits.ts';
import { openLayoutTarget } from './layout/layout-target.ts';
import { networkFor } from './network.ts';
import { openRegistryTarget } from './registry/registry-target.ts';
import { openTarget, type OpenTargetOptions } from './open-target.ts';

/**
 * Opens the place of a target for something that belongs to its image: a referrer, which is named by its
 * digest, or one with a tag of its own, as cosign makes them. Only layouts and registries can store them.
 */
export const openBeside = async (
  place: Reference,
  name: { readonly digest: Digest } | { readonly tag: string },
  options: OpenTargetOptions,
): Promise<ImageTarget> => {
  const { limits = DEFAULT_LIMITS, signal, temp, network = networkFor() } = options;
  requireReferrerSupport(place);
  if (place.kind === 'oci') {
    const tag = 'tag' in name ? name.tag : undefined;
    return openLayoutTarget({ kind: 'oci', path: place.path, tag }, { limits, signal, names: [] });
  }
  const { registry, repository } = place.image;
  const image = { registry, repository, ...name };
  if ('tag' in name) return openTarget({ kind: 'registry', image }, options);
  return openRegistryTarget(image, { ...network.registry, limits, signal, temp });
};

/** Throws `usage` for archives and engines, which cannot store anything beside an image. */
export function requireReferrerSupport(
  place: Reference,
): asserts place is Extract<Reference, { readonly kind: 'oci' | 'registry' }> {
  if (place.kind === 'oci' || place.kind === 'registry') return;
  throw new ReslimError(
    'usage',
    `no place for signatures and attestations: ${formatReference(place)}`,
    { hint: 'registries and layouts (oci:DIR:TAG) keep them beside the image' },
  );
}
