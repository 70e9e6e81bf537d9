import { DEFAULT_LIMITS } from '../../base/limits.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { formatImageName, type ImageName } from '../../oci/image-name.ts';
import type { ImageSource } from '../../oci/store.ts';
import { listTags } from './listings.ts';
import { resolveManifest } from './manifests.ts';
import { pullPlaces, type PullPlace } from './mirrors/pull-places.ts';
import { readRegistriesConf } from './mirrors/registries-conf.ts';
import { openIn, type RegistrySourceOptions } from './registry-source.ts';
import { openRepository } from './repository.ts';

/** A repository of a registry, with all its tags. One session serves all of them. */
export interface TaggedRepository {
  /** `registry/repository` as the user writes it. */
  readonly name: string;
  /** In the registry's order. */
  readonly tags: () => AsyncGenerator<string, void, undefined>;
  /** What a tag stands for: one HEAD, where the registry's headers are enough. Rejects with `not-found`. */
  readonly resolve: (tag: string) => Promise<Descriptor>;
  /** The image that `resolve` found. Closing it does nothing: the session stays open. */
  readonly source: (tag: string, root: Descriptor) => ImageSource;
  /** How many requests at once the registry client is made for. */
  readonly parallel: number;
  readonly close: () => Promise<void>;
}

/**
 * Opens a repository where registries.conf says that it is. Mirrors are not asked: they may lack tags, or have old ones.
 * Nothing is sent yet. Rejects with `policy` for a registry that is blocked.
 */
export const openTaggedRepository = async (
  { registry, repository: path }: Pick<ImageName, 'registry' | 'repository'>,
  options: RegistrySourceOptions,
): Promise<TaggedRepository> => {
  const name = { registry, repository: path };
  const places = pullPlaces(name, await readRegistriesConf(options));
  const { image, isInsecure } = places.at(-1) as PullPlace;
  const { insecure = [], documentSize = DEFAULT_LIMITS.documentSize, signal } = options;
  const repository = openRepository(image, ['pull'], {
    ...options,
    ...(isInsecure && { insecure: [...insecure, image.registry] }),
  });
  return {
    name: formatImageName(name),
    tags: () => listTags(repository),
    resolve: (tag) => resolveManifest(repository, tag, documentSize),
    source: (tag, root) => ({
      name: formatImageName({ ...name, tag }),
      root,
      open: openIn(repository, signal),
      close: async () => {},
    }),
    parallel: repository.client.settings.parallel,
    close: () => repository.client.close(),
  };
};
