import { resolve } from 'node:path';
import { ReslimError, withOrigin } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import { formatImageName, withDefaultTag } from '../oci/image-name.ts';
import { formatReference, type Reference } from '../oci/reference.ts';
import type { ImageTarget } from '../oci/store.ts';
import type { Network } from '../transport/network.ts';
import { openExisting, type ExistingImage } from '../transport/open-existing.ts';
import { openTarget } from '../transport/open-target.ts';
import { resolveTarget } from '../transport/resolve.ts';
import type { TempFolder } from '../transport/temp.ts';

/** Where a cache is, or will be. Nothing is opened before it is asked for. */
export interface CachePlace {
  /** As the user would write it in full. */
  readonly name: string;
  readonly reference: Reference;
  /** What is there now, if anything is. Rejects where the registry does not answer. */
  readonly openExisting: () => Promise<ExistingImage | undefined>;
  readonly openTarget: () => Promise<ImageTarget>;
}

export interface CachePlaceOptions {
  readonly limits: Limits;
  readonly network: Network;
  readonly temp: TempFolder;
  readonly signal: AbortSignal | undefined;
  /** Whose blobs may be mounted. */
  readonly origins: readonly Reference[];
}

/** Finds what names of caches refer to. Rejects with `usage` for a place that keeps no artifacts under a tag. */
export const resolveCaches = async (
  names: readonly string[],
  source: Reference,
  network: Network,
): Promise<Reference[]> => {
  const references: Reference[] = [];
  for (const name of names) {
    const reference = await withOrigin('target', () => resolveTarget(name, source, network));
    refuseOther(reference);
    references.push(reference);
  }
  return references;
};

const refuseOther = (reference: Reference): void => {
  const isTagged =
    (reference.kind === 'registry' && reference.image.digest === undefined) ||
    (reference.kind === 'oci' && reference.tag !== undefined && reference.digest === undefined);
  if (isTagged) return;
  const name = formatReference(reference);
  throw new ReslimError('usage', `no place for a cache: ${name}`, {
    hint: 'caches are in registries (HOST/NAME:TAG) and layouts (oci:DIR:TAG)',
    place: name,
  });
};

/** Refuses a cache under the name of an image. Throws `usage`. */
export const refuseCacheAt = (caches: readonly Reference[], images: readonly Reference[]): void => {
  const taken = new Set(images.map(spell));
  const cache = caches.find((reference) => taken.has(spell(reference)));
  if (!cache) return;
  const name = formatReference(cache);
  throw new ReslimError('usage', `a cache cannot have the name of an image: ${name}`, {
    hint: 'give the cache a tag of its own',
    place: name,
  });
};

/** The same for all spellings of a place. */
const spell = (reference: Reference): string => {
  if (reference.kind === 'oci') return `${resolve(reference.path)}:${reference.tag}`;
  return reference.kind === 'registry'
    ? formatImageName(withDefaultTag(reference.image))
    : formatReference(reference);
};

export const cachePlace = (reference: Reference, options: CachePlaceOptions): CachePlace => {
  const { limits, network, temp, signal, origins } = options;
  return {
    name: formatReference(reference),
    reference,
    openExisting: () => openExisting(reference, { limits, signal, network, names: [] }),
    openTarget: () => openTarget(reference, { limits, signal, network, temp, from: origins }),
  };
};
