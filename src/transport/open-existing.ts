import { ReslimError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Reference } from '../oci/reference.ts';
import { openArchive } from './archive/open-archive.ts';
import { isLayoutFolder } from './layout/layout-folder.ts';
import { openLayout } from './layout/open-layout.ts';
import type { Network } from './network.ts';
import type { OpenedSource, SourceName } from './opened-source.ts';
import { hasBlob } from './registry/blobs.ts';
import { findReferrers } from './registry/find-referrers.ts';
import { hasStatus } from './registry/registry-error.ts';
import { findRegistrySource } from './registry/registry-source.ts';

/** The image that a target has now. */
export interface ExistingImage extends OpenedSource {
  /** Whether the place has this blob, by its size. */
  readonly has: (descriptor: Descriptor) => Promise<boolean>;
}

export interface OpenExistingOptions {
  readonly limits: Limits;
  readonly signal: AbortSignal | undefined;
  readonly network: Network;
  /** What the image is called in the source, for a layout that keeps the names. */
  readonly names: readonly SourceName[];
  /** Whether archives are looked into as well. @default false */
  readonly archives?: boolean | undefined;
}

/**
 * Opens the image that would be replaced, in a layout or a registry, or in an archive where that is asked for; mirrors are
 * not asked. `undefined` where there is none, or none that can be read: engines do not keep manifests.
 * Rejects where the registry does not answer.
 */
export const openExisting = async (
  reference: Reference,
  options: OpenExistingOptions,
): Promise<ExistingImage | undefined> => {
  const { kind } = reference;
  try {
    if (kind === 'oci-archive' || kind === 'docker-archive')
      return options.archives ? await existingInArchive(reference, options) : undefined;
    if (reference.kind === 'oci') return await existingInLayout(reference, options);
    return reference.kind === 'registry' ? await existingInRegistry(reference, options) : undefined;
  } catch (error) {
    if (isNothingThere(error)) return undefined;
    throw error;
  }
};

type Of<K extends Reference['kind']> = Extract<Reference, { readonly kind: K }>;

const existingInLayout = async (
  { path, tag }: Of<'oci'>,
  { limits, names }: OpenExistingOptions,
): Promise<ExistingImage | undefined> => {
  const wanted = tag ?? (names.length === 1 ? names[0]?.refName : undefined);
  if (wanted === undefined || !(await isLayoutFolder(path))) return undefined;
  const source = await openLayout({ kind: 'oci', path, tag: wanted }, { limits });
  return {
    ...source,
    has: async (descriptor) => (await source.locate?.(descriptor)) !== undefined,
  };
};

/** The image in an archive, if it has the names that the new one would have there. */
const existingInArchive = async (
  reference: Of<'oci-archive' | 'docker-archive'>,
  { limits, signal, names }: OpenExistingOptions,
): Promise<ExistingImage | undefined> => {
  if (reference.path === '-') return undefined;
  const source = await openArchive(reference, { limits, signal });
  const isNamed = 'tag' in reference || 'image' in reference;
  if (!isNamed && !haveNames(source.names, names)) {
    await source.close();
    return undefined;
  }
  return {
    ...source,
    has: async (descriptor) => (await source.locate?.(descriptor)) !== undefined,
  };
};

/** Whether names are those that were given: an archive completes them. */
const haveNames = (there: readonly SourceName[], given: readonly SourceName[]): boolean =>
  there.length === given.length &&
  given.every(({ refName, imageName }) =>
    there.some(
      (name) =>
        (refName === undefined || name.refName === refName) &&
        (imageName === undefined || name.imageName === imageName),
    ),
  );

const existingInRegistry = async (
  { image }: Of<'registry'>,
  { limits, signal, network }: OpenExistingOptions,
): Promise<ExistingImage | undefined> => {
  const { documentSize } = limits;
  const source = await findRegistrySource(image, { ...network.registry, signal, documentSize });
  return (
    source && {
      ...source,
      referrers: (digest) => findReferrers(source.repository, digest, documentSize),
      has: (descriptor) => hasBlob(source.repository, descriptor),
    }
  );
};

const isNothingThere = (error: unknown): boolean => {
  if (!(error instanceof ReslimError)) return false;
  if (error.code !== 'io') return error.code !== 'aborted' && error.code !== 'limit';
  // Pushing may be allowed where pulling is not.
  return hasStatus(error, 401, 403);
};
