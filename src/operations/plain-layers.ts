import type { Reference } from '../oci/reference.ts';

/**
 * How layers are stored that are not compressed. `docker save` decompresses all layers, whatever they were,
 * so what comes from there is compressed again, unless the target keeps layers decompressed, too.
 */
export const plainLayersAs = (
  source: Reference['kind'],
  target: Reference['kind'] | undefined,
): 'gzip' | 'none' => {
  if (!isPlain(source)) return 'none';
  // A dry run has no target: what counts then is what a registry would store.
  if (target === undefined) return 'gzip';
  if (isPlain(target)) return 'none';
  // An archive without a prefix is of the source's kind.
  return target === 'archive' ? 'none' : 'gzip';
};

const isPlain = (kind: Reference['kind']): boolean =>
  kind === 'docker-archive' || kind === 'docker-daemon';
