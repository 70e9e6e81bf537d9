import { ReslimError } from '../errors.ts';
import { DEFAULT_LIMITS, type Limits } from '../limits.ts';
import { formatReference, type Reference } from '../oci/reference.ts';
import { openArchive } from './archive/open-archive.ts';
import { openLayout } from './layout/open-layout.ts';
import type { OpenedSource } from './opened-source.ts';
import type { TempFolder } from './temp.ts';

export interface OpenSourceOptions {
  readonly limits?: Limits | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Where to spool what cannot be read in place. Without it the source opens a folder of its own. */
  readonly temp?: TempFolder | undefined;
}

/**
 * Opens the image a reference names. Bare names go through `resolveSource` first. Rejects with
 * `not-found`, `ambiguous`, `invalid-image`, `limit`, `unsupported` or `io`.
 */
export const openSource = (
  reference: Reference,
  options: OpenSourceOptions = {},
): Promise<OpenedSource> => {
  const { limits = DEFAULT_LIMITS } = options;
  switch (reference.kind) {
    case 'oci':
      return openLayout(reference, { limits });
    case 'archive':
    case 'docker-archive':
    case 'oci-archive':
      return openArchive(reference, { ...options, limits });
    default:
      return Promise.reject(notReachable(reference));
  }
};

/** Engines and registries have a spelling, but no adapter yet. */
export const notReachable = (reference: Reference): ReslimError =>
  new ReslimError(
    'unsupported',
    `reslim cannot reach engines and registries yet: ${formatReference(reference)}`,
    {
      hint: `copy the image to a layout first: skopeo copy ${formatReference(reference)} oci:DIR:TAG`,
    },
  );
