import type { Limits } from '../base/limits.ts';
import { ReslimError } from '../base/errors.ts';
import { formatImageName } from '../oci/image-name.ts';
import type { Reference } from '../oci/reference.ts';
import { layoutTagUses, listLayoutTags, removeLayoutTags } from './layout/layout-tags.ts';
import { openLayout } from './layout/open-layout.ts';
import type { Network } from './network.ts';
import { deleteManifest } from './registry/delete.ts';
import { listTags } from './registry/listings.ts';
import { resolveManifest } from './registry/manifests.ts';
import { hasStatus } from './registry/registry-error.ts';
import { removeRepositoryTags } from './registry/remove-tags.ts';
import { openRepository, type Repository } from './registry/repository.ts';
import { readTagUses } from './registry/tag-uses.ts';
import type { TaggedPlace } from './tagged-place.ts';

export interface OpenTaggedPlaceOptions {
  readonly limits: Limits;
  readonly signal?: AbortSignal | undefined;
  readonly network: Network;
  /** Whether tags will be removed: registries are asked for the right to. @default false */
  readonly removes?: boolean | undefined;
}

/**
 * Opens the repository or layout that a reference is in, whatever its tag. Nothing is sent yet. Throws `usage` for
 * places that do not keep images by tags.
 */
export const openTaggedPlace = (
  reference: Reference,
  { limits, signal, network, removes = false }: OpenTaggedPlaceOptions,
): TaggedPlace => {
  if (reference.kind === 'oci') {
    const { path } = reference;
    return {
      name: `oci:${path}`,
      tags: () => listLayoutTags(path, limits),
      resolve: async (tag) => (await openLayout({ kind: 'oci', path, tag }, { limits })).root,
      uses: (tags) => layoutTagUses(path, tags, limits),
      removeImage: () => Promise.reject(removedByTag(path)),
      remove: async ({ gone }) => {
        await removeLayoutTags(path, gone, { limits, signal });
        return gone.map((tag) => ({ tag }));
      },
      close: async () => {},
    };
  }
  if (reference.kind !== 'registry')
    throw new ReslimError('usage', 'only registries and layouts keep images by tags');
  const { registry, repository: path } = reference.image;
  const actions = removes ? (['pull', 'delete'] as const) : (['pull'] as const);
  const repository = openRepository({ registry, repository: path }, actions, network.registry);
  return {
    name: formatImageName({ registry, repository: path }),
    tags: () => tagsOf(repository),
    resolve: (tag) => resolveManifest(repository, tag, limits.documentSize),
    uses: (tags) => readTagUses(repository, tags, limits),
    removeImage: (digest) => deleteManifest(repository, digest),
    remove: (removal) => removeRepositoryTags(repository, removal, limits),
    close: () => repository.client.close(),
  };
};

const removedByTag = (path: string): ReslimError =>
  new ReslimError('usage', `a layout loses images by their tags, not by a digest: oci:${path}`, {
    hint: 'name a tag: oci:DIR:TAG',
  });

/** A repository that does not exist yet has no tags. */
async function* tagsOf(repository: Repository): AsyncGenerator<string> {
  try {
    yield* listTags(repository);
  } catch (error) {
    if (!hasStatus(error, 404)) throw error;
  }
}
