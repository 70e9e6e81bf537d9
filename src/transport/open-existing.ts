import { ReslimError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Reference } from '../oci/reference.ts';
import { isLayoutFolder } from './layout/layout-folder.ts';
import { openLayout } from './layout/open-layout.ts';
import type { Network } from './network.ts';
import type { OpenedSource, SourceName } from './opened-source.ts';
import { hasBlob } from './registry/blobs.ts';
import { findReferrers } from './registry/find-referrers.ts';
import { hasStatus } from './registry/registry-error.ts';
import { openRegistrySource } from './registry/registry-source.ts';

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
}

/**
 * Opens the image that would be replaced, in a layout or a registry; mirrors are not asked. `undefined`
 * where there is none, or none that can be read: engines and archives do not keep manifests apart.
 * Rejects where the registry does not answer.
 */
export const openExisting = async (
  reference: Reference,
  options: OpenExistingOptions,
): Promise<ExistingImage | undefined> => {
  try {
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

const existingInRegistry = async (
  { image }: Of<'registry'>,
  { limits, signal, network }: OpenExistingOptions,
): Promise<ExistingImage> => {
  const { documentSize } = limits;
  const source = await openRegistrySource(image, { ...network.registry, signal, documentSize });
  return {
    ...source,
    referrers: (digest) => findReferrers(source.repository, digest, documentSize),
    has: (descriptor) => hasBlob(source.repository, descriptor),
  };
};

const isNothingThere = (error: unknown): boolean => {
  if (!(error instanceof ReslimError)) return false;
  if (error.code !== 'io') return error.code !== 'aborted' && error.code !== 'limit';
  // Pushing may be allowed where pulling is not.
  return hasStatus(error, 401, 403);
};
