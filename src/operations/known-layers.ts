import type { SlimOptions } from '../api/options.ts';
import { imagesOf, type ImageNode } from '../oci/image.ts';
import type { Digest } from '../oci/digest.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { madeFromOf, type Recipe } from '../oci/made-from.ts';
import { compressionOf } from '../oci/media-type.ts';
import type { ImageSource } from '../oci/store.ts';
import type { KnownLayers } from '../write/known-layers.ts';
import type { SessionSource, SessionTarget } from './open-places.ts';
import type { Session } from './session.ts';

export interface FindKnownOptions {
  readonly options: Pick<SlimOptions, 'layers' | 'squash' | 'dryRun'>;
  readonly session: Session;
  readonly previous?: SessionSource | undefined;
  readonly targets: readonly SessionTarget[];
}

/**
 * Layers of the previous image or, where none is named, of the one that the target has now. For images of one layer of their
 * own none are looked for: that changes with any file.
 */
export const findKnownLayers = async (
  { options, session, previous, targets }: FindKnownOptions,
  earlier: ImageNode | undefined,
  recipe: Recipe,
): Promise<KnownLayers | undefined> => {
  if ((options.layers === undefined && options.squash !== 'none') || options.dryRun)
    return undefined;
  if (previous && earlier) return knownLayers(earlier, previous, recipe.text);
  const existing = await targets[0]?.openExisting();
  if (!existing) return undefined;
  const source = session.add(existing);
  const root = await session.read(source).catch(() => undefined);
  const known = root && knownLayers(root, source, recipe.text);
  return known && { ...known, has: existing.has };
};

/**
 * The layers that were made anew before, by this version and compressed the same way: then a blob is what this run would
 * write, and the result has the same digest with them and without. That a blob has the contents its
 * config says is not looked into: where it has not, runtimes refuse the new image as they refuse the old one.
 */
const knownLayers = (
  root: ImageNode,
  source: ImageSource,
  recipe: string,
): KnownLayers | undefined => {
  const layers = new Map<Digest, Descriptor>();
  for (const image of imagesOf(root)) {
    const made = madeFromOf(image);
    if (made === undefined || storageOf(made.recipe) !== storageOf(recipe)) continue;
    const { diffIds } = image.config.value;
    for (const [at, layer] of image.document.value.layers.entries())
      if (made.written?.includes(at) ?? true) layers.set(diffIds[at] as Digest, layer);
  }
  if (layers.size === 0) return undefined;
  return {
    source,
    find: (diffId, compression) => {
      const layer = layers.get(diffId);
      return layer && compressionOf(layer.mediaType) === compression ? layer : undefined;
    },
  };
};

/** The words of a recipe that decide of the bytes of a compressed layer: program, version, compression. */
export const storageOf = (recipe: string): string => {
  const words = recipe.split(' ');
  const compression = words.filter((word) => /^compression(-level)?=/.test(word));
  return [...words.slice(0, 2), ...compression].join(' ');
};
