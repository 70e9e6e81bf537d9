import { ReslimError } from '../base/errors.ts';
import { DEFAULT_LIMITS, type Limits } from '../base/limits.ts';
import { parseImageName, type ImageName } from '../oci/image-name.ts';
import {
  formatReference,
  type AnyArchiveReference,
  type DockerArchiveReference,
  type OciArchiveReference,
  type Reference,
} from '../oci/reference.ts';
import type { ImageTarget } from '../oci/store.ts';
import { openArchiveTarget } from './archive/archive-target.ts';
import { openEngineTarget } from './engine/open-engine-target.ts';
import { openLayoutTarget } from './layout/layout-target.ts';
import { networkFor, type Network } from './network.ts';
import type { OpenedSource } from './opened-source.ts';
import { openRegistryTarget } from './registry/registry-target.ts';
import type { TempFolder } from './temp.ts';

export interface OpenTargetOptions {
  readonly limits?: Limits | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Decides the names of the image where the target has none, and the kind of an archive without a prefix. */
  readonly source?: OpenedSource | undefined;
  /** Where the image comes from: blobs of the same registry are mounted instead of uploaded. */
  readonly from?: readonly Reference[] | undefined;
  /** Whether the image that the target has now may be deleted whoever wrote it: it is the source. @default false */
  readonly inPlace?: boolean | undefined;
  /** The tag of a second image, which is committed with the first. @default there is one image */
  readonly beside?: string | undefined;
  /** How to reach registries and engines. */
  readonly network?: Network | undefined;
  /** For archives and uploads in the making. @default a folder of the target's own */
  readonly temp?: TempFolder | undefined;
}

/** Opens the place a reference names for writing. Rejects with `usage`, `unsupported` or `io`. */
export const openTarget = async (
  reference: Reference,
  options: OpenTargetOptions = {},
): Promise<ImageTarget> => {
  const { limits = DEFAULT_LIMITS, signal, source, temp, inPlace, beside } = options;
  const { network = networkFor() } = options;
  const names = source?.names ?? [];
  if (isSourceOnly(reference)) {
    const message = `a target cannot be named by a digest or position: ${formatReference(reference)}`;
    throw new ReslimError('usage', message, { hint: 'give it a tag, or no name at all' });
  }
  switch (reference.kind) {
    case 'oci':
      return openLayoutTarget(reference, { limits, signal, names, inPlace, beside });
    case 'archive':
    case 'oci-archive':
    case 'docker-archive': {
      const archive = reference.kind === 'archive' ? likeSource(reference, source) : reference;
      return openArchiveTarget(archive, { limits, signal, names, beside, temp });
    }
    case 'docker-daemon':
      return openEngineTarget(
        { ...reference, image: reference.image as ImageName },
        {
          engine: network.engine,
          limits,
          beside,
          signal,
          temp,
        },
      );
    case 'registry':
      return openRegistryTarget(reference.image, {
        ...network.registry,
        mountFrom: mountFrom(reference.image, options.from),
        beside,
        limits,
        signal,
        temp,
      });
    default:
      throw new Error('a bare name was not resolved');
  }
};

/** The repositories of sources that are on the same registry. */
const mountFrom = ({ registry }: ImageName, from: readonly Reference[] = []): readonly string[] => [
  ...new Set(
    from.flatMap((source) =>
      source.kind === 'registry' && source.image.registry === registry
        ? [source.image.repository]
        : [],
    ),
  ),
];

const isSourceOnly = (reference: Reference): boolean =>
  ('digest' in reference && reference.digest !== undefined) ||
  ('image' in reference &&
    reference.image !== undefined &&
    ('id' in reference.image || reference.image.digest !== undefined)) ||
  (reference.kind === 'docker-archive' && reference.position !== undefined);

/** An archive without a prefix is a docker-archive where the source is one, otherwise an OCI archive. */
const likeSource = (
  { path, name }: AnyArchiveReference,
  source: OpenedSource | undefined,
): DockerArchiveReference | OciArchiveReference => {
  if (source?.kind !== 'docker-archive') return { kind: 'oci-archive', path, tag: name };
  return {
    kind: 'docker-archive',
    path,
    ...(name !== undefined && { image: parseImageName(name) }),
  };
};
