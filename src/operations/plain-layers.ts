import type { CompressionChoice } from '../api/vocabulary.ts';
import { compressionOfFormat, isLazyFormat } from '../oci/lazy-format.ts';
import type { Reference } from '../oci/reference.ts';
import type { PlanOptions } from '../plan/plan-slim.ts';

/**
 * How layers are stored that are not compressed. `docker save` decompresses all layers, whatever they were,
 * so what comes from there is compressed again, unless all targets keep layers decompressed, too.
 */
export const plainLayersAs = (
  source: Reference['kind'],
  targets: readonly Reference['kind'][],
): 'gzip' | 'none' => {
  if (!isPlain(source)) return 'none';
  // A dry run has no target: what counts then is what a registry would store.
  return targets.length > 0 && targets.every(staysPlain) ? 'none' : 'gzip';
};

/**
 * How layers in zstd are stored: many versions of `docker load` do not read them, so that what goes there, or into
 * an archive for it, is compressed with gzip.
 */
export const zstdLayersAs = (
  source: Reference['kind'],
  targets: readonly Reference['kind'][],
): 'gzip' | 'zstd' =>
  targets.some((kind) => isPlain(kind) || (kind === 'archive' && isPlain(source)))
    ? 'gzip'
    : 'zstd';

/** A compression, and the format that it comes with; `zstdAs` is how layers in zstd are stored. */
export const storageAs = (
  choice: CompressionChoice,
  zstdAs: 'gzip' | 'zstd',
): Pick<PlanOptions, 'compression' | 'lazy'> => {
  // What goes to docker load has no place for the annotations of a format either.
  if (isLazyFormat(choice))
    return zstdAs === 'gzip'
      ? { compression: zstdAs }
      : { compression: compressionOfFormat(choice), lazy: choice };
  return { compression: choice === 'zstd' ? zstdAs : choice };
};

export const ZSTD_NOTE =
  'layers in zstd are compressed with gzip: not every docker load reads zstd';

/** An archive without a prefix is of the source's kind. */
const staysPlain = (target: Reference['kind']): boolean => target === 'archive' || isPlain(target);

const isPlain = (kind: Reference['kind']): boolean =>
  kind === 'docker-archive' || kind === 'docker-daemon';
