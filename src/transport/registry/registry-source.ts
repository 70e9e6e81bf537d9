import { formatImageName, withDefaultTag, type ImageName } from '../../oci/image-name.ts';
import { DEFAULT_LIMITS } from '../../base/limits.ts';
import type { ImageSource } from '../../oci/store.ts';
import { openBlob } from './blobs.ts';
import { openTimeBudget } from './http/time-budget.ts';
import { findManifest, isKeptAsManifest, openManifest, resolveManifest } from './manifests.ts';
import type { RegistryOptions } from './options.ts';
import { openRepository, type Repository } from './repository.ts';

/** An image in a registry. */
export interface RegistrySource extends ImageSource {
  readonly kind: 'registry';
  /** The full image name, alone. */
  readonly names: readonly { readonly imageName: string }[];
  /** For what only registries have: referrers, tags. */
  readonly repository: Repository;
}

export interface RegistrySourceOptions extends RegistryOptions {
  /** Largest manifest, in bytes. @default DEFAULT_LIMITS.documentSize */
  readonly documentSize?: number | undefined;
  /** Milliseconds for finding the image. @default the setting `requestTimeout` */
  readonly resolveTimeout?: number | undefined;
}

/**
 * Opens an image by tag or digest (`latest` without either). Where both are given the digest
 * counts. Rejects with `not-found`.
 */
export const openRegistrySource = async (
  image: ImageName,
  options: RegistrySourceOptions = {},
): Promise<RegistrySource> => {
  const opened = await openWith(resolveManifest, image, options);
  // `resolveManifest` rejects where there is none.
  return opened as RegistrySource;
};

/** The same for an image that need not exist: `undefined` if it does not, which one HEAD tells. */
export const findRegistrySource = (
  image: ImageName,
  options: RegistrySourceOptions = {},
): Promise<RegistrySource | undefined> => openWith(findManifest, image, options);

const openWith = async (
  find: typeof findManifest,
  image: ImageName,
  options: RegistrySourceOptions,
): Promise<RegistrySource | undefined> => {
  const named = withDefaultTag(image);
  const repository = openRepository(named, ['pull'], options);
  const name = formatImageName(named);
  const close = (): Promise<void> => repository.client.close();
  try {
    const wanted = named.digest ?? named.tag ?? 'latest';
    const limit = options.documentSize ?? DEFAULT_LIMITS.documentSize;
    const { requestTimeout } = repository.client.settings;
    const { resolveTimeout = requestTimeout } = options;
    const budget = openTimeBudget(Math.min(resolveTimeout, requestTimeout));
    const root = await find({ ...repository, budget }, wanted, limit);
    if (!root) {
      await close();
      return undefined;
    }
    return {
      kind: 'registry',
      name,
      names: [{ imageName: name }],
      repository,
      root,
      open: openIn(repository, options.signal),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

/** Reads what a repository has by its descriptor. */
export const openIn =
  (repository: Repository, sessionSignal: AbortSignal | undefined): ImageSource['open'] =>
  (descriptor, { signal = sessionSignal } = {}) =>
    isKeptAsManifest(descriptor.mediaType)
      ? openManifest(repository, descriptor, signal)
      : openBlob(repository, descriptor, signal);
