import { ReslimError } from '../errors.ts';
import { DEFAULT_LIMITS, type Limits } from '../limits.ts';
import { formatReference, type Reference } from '../oci/reference.ts';
import type { ImageTarget } from '../oci/store.ts';
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
  const { limits = DEFAULT_LIMITS, signal, source } = options;
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
      return openLayoutTarget(reference, { limits, signal, names: source?.names ?? [] });
    default:
      return Promise.reject(notReachable(reference));
  }
};
