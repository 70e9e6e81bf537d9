import { ReslimError } from '../errors.ts';
import { DEFAULT_LIMITS, type Limits } from '../limits.ts';
import { parseImageName } from '../oci/image-name.ts';
import {
  formatReference,
  type AnyArchiveReference,
  type DockerArchiveReference,
  type OciArchiveReference,
  type Reference,
} from '../oci/reference.ts';
import type { ImageTarget } from '../oci/store.ts';
import { openArchiveTarget } from './archive/archive-target.ts';
import { openLayoutTarget } from './layout/layout-target.ts';
import { notReachable } from './open-source.ts';
import type { OpenedSource } from './opened-source.ts';
import type { TempFolder } from './temp.ts';

export interface OpenTargetOptions {
  readonly limits?: Limits | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Gives the image its names where the target has none, and an archive its kind. */
  readonly source?: OpenedSource | undefined;
  /** Where to stage archives. Without it the target opens a folder of its own. */
  readonly temp?: TempFolder | undefined;
}

/** Opens the place a reference names for writing. Rejects with `usage`, `unsupported` or `io`. */
export const openTarget = (
  reference: Reference,
  options: OpenTargetOptions = {},
): Promise<ImageTarget> => {
  const { limits = DEFAULT_LIMITS, signal, source, temp } = options;
  const names = source?.names ?? [];
  if ('digest' in reference && reference.digest !== undefined) {
    return Promise.reject(
      new ReslimError(
        'usage',
        `a target cannot be named by a digest: ${formatReference(reference)}`,
        {
          hint: 'the digest follows from the content: give a tag or nothing',
        },
      ),
    );
  }
  switch (reference.kind) {
    case 'oci':
      return openLayoutTarget(reference, { limits, signal, names });
    case 'oci-archive':
    case 'docker-archive':
      return openArchiveTarget(reference, { limits, signal, names, temp });
    case 'archive':
      return openArchiveTarget(likeSource(reference, source), { limits, signal, names, temp });
    default:
      return Promise.reject(notReachable(reference));
  }
};

/** An archive named by its file alone is of the source's kind; anything else becomes an OCI archive. */
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
