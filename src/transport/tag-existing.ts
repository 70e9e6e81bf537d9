import { ReslimError } from '../base/errors.ts';
import { DEFAULT_LIMITS } from '../base/limits.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { formatReference, type Reference } from '../oci/reference.ts';
import { openLayoutTarget } from './layout/layout-target.ts';
import { networkFor } from './network.ts';
import type { OpenTargetOptions } from './open-target.ts';
import { fetchManifest, findManifest, putManifest } from './registry/manifests.ts';
import { openRepository } from './registry/repository.ts';

/** Gives an image that a repository or layout has a further tag; its digest stays. One that has it already is not written. */
export const tagExisting = async (
  place: Reference,
  image: Descriptor,
  tag: string,
  { limits = DEFAULT_LIMITS, signal, network = networkFor() }: OpenTargetOptions,
): Promise<void> => {
  if (place.kind === 'oci') {
    const layout = { kind: 'oci', path: place.path, tag } as const;
    const target = await openLayoutTarget(layout, { limits, signal, names: [] });
    try {
      await target.has(image);
      await target.commit(image);
    } finally {
      await target.close();
    }
    return;
  }
  if (place.kind !== 'registry')
    throw new ReslimError('usage', `no place for a second tag: ${formatReference(place)}`, {
      hint: 'registries and layouts (oci:DIR:TAG) keep an image by several tags',
    });
  const repository = openRepository(place.image, ['pull', 'push'], network.registry);
  try {
    const { documentSize } = limits;
    const there = await findManifest(repository, tag, documentSize);
    if (there?.digest === image.digest) return;
    const { bytes, descriptor } = await fetchManifest(repository, image.digest, documentSize);
    await putManifest(repository, tag, { bytes, mediaType: descriptor.mediaType });
  } finally {
    await repository.client.close();
  }
};
