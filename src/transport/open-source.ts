import { ReslimError } from '../base/errors.ts';
import { DEFAULT_LIMITS, type Limits } from '../base/limits.ts';
import { formatImageName, isFullImageName, type ImageName } from '../oci/image-name.ts';
import type { Reference } from '../oci/reference.ts';
import { openArchive } from './archive/open-archive.ts';
import { openEngineSource } from './engine/open-engine-source.ts';
import { openLayout } from './layout/open-layout.ts';
import { networkFor, type Network } from './network.ts';
import type { OpenedSource } from './opened-source.ts';
import { findReferrers } from './registry/find-referrers.ts';
import { openMirroredSource } from './registry/mirrors/open-mirrored-source.ts';
import type { RegistrySourceOptions } from './registry/registry-source.ts';
import { describeTried } from './resolve-image.ts';
import type { TempFolder } from './temp.ts';

export interface OpenSourceOptions {
  readonly limits?: Limits | undefined;
  readonly signal?: AbortSignal | undefined;
  /** For files that cannot be read in place. @default a folder of the source's own */
  readonly temp?: TempFolder | undefined;
  /** The name as the user wrote it, for the error when a bare name is found nowhere. */
  readonly asked?: string | undefined;
  /** Called with the number of bytes that a pipe or an engine handed over, piece by piece. */
  readonly onBytes?: ((count: number) => void) | undefined;
  /** How to reach registries and engines. */
  readonly network?: Network | undefined;
}

/**
 * Opens the image a reference names. Bare names go through `resolveSource` first. Rejects with
 * `not-found`, `ambiguous`, `invalid-image`, `limit`, `unsupported` or `io`.
 */
export const openSource = async (
  reference: Reference,
  options: OpenSourceOptions = {},
): Promise<OpenedSource> => {
  const { limits = DEFAULT_LIMITS, network = networkFor() } = options;
  switch (reference.kind) {
    case 'oci':
      return openLayout(reference, { limits });
    case 'archive':
    case 'docker-archive':
    case 'oci-archive':
      return openArchive(reference, { ...options, limits });
    case 'docker-daemon':
      return openEngineSource(reference, { ...options, limits, engine: network.engine });
    case 'registry':
      return openRegistry(reference.image, {
        ...network.registry,
        signal: options.signal,
        documentSize: limits.documentSize,
      }).catch(async (error: unknown) => {
        throw await explainBareName(error, options.asked, network);
      });
    default:
      throw new Error('a bare name was not resolved');
  }
};

/** A digest is not a name: an image that was named by it gets no name from it elsewhere. */
const openRegistry = async (
  image: ImageName,
  options: RegistrySourceOptions,
): Promise<OpenedSource> => {
  const source = await openMirroredSource(image, options);
  const { documentSize = DEFAULT_LIMITS.documentSize } = options;
  const opened: OpenedSource = {
    ...source,
    referrers: (digest) => findReferrers(source.repository, digest, documentSize),
  };
  const { registry, repository, tag, digest } = image;
  if (digest === undefined) return opened;
  const imageName = tag && formatImageName({ registry, repository, tag });
  return { ...opened, names: imageName ? [{ imageName }] : [] };
};

/**
 * Adds where else a bare name was looked for. That comes before the hint to log in, unless the name spells
 * out its registry: a mistyped name is more likely than a missing login.
 */
const explainBareName = async (
  error: unknown,
  asked: string | undefined,
  network: Network,
): Promise<unknown> => {
  if (!(error instanceof ReslimError) || error.code === 'aborted') return error;
  if (asked === undefined || asked.startsWith('docker://')) return error;
  const tried = await describeTried(asked, network);
  const hints = isFullImageName(asked) ? [error.hint, tried] : [tried, error.hint];
  const hint = hints.filter((one) => one !== undefined).join('\n');
  return new ReslimError(error.code, error.message, { hint, cause: error });
};
