import { ReslimError } from '../../../base/errors.ts';
import { formatImageName, withDefaultTag, type ImageName } from '../../../oci/image-name.ts';
import {
  openRegistrySource,
  type RegistrySource,
  type RegistrySourceOptions,
} from '../registry-source.ts';
import { pullPlaces, type PullPlace } from './pull-places.ts';
import { readRegistriesConf } from './registries-conf.ts';

/**
 * Opens an image at the first mirror of registries.conf that has it, else in its registry. The source has
 * the name of the image in the registry. Rejects as `openRegistrySource` does for the registry itself.
 */
export const openMirroredSource = async (
  image: ImageName,
  options: RegistrySourceOptions,
): Promise<RegistrySource> => {
  const places = [...pullPlaces(image, await readRegistriesConf(options))];
  const original = places.pop() as PullPlace;
  const resolveTimeout = MIRRORS_TIMEOUT / places.length;
  for (const place of places) {
    try {
      // A login that was passed in belongs to the registry, not to the mirror.
      return named(
        image,
        await openAt(place, { ...options, credential: undefined, resolveTimeout }),
      );
    } catch (error) {
      if (!(error instanceof ReslimError) || error.code === 'aborted') throw error;
      const message = `the mirror ${place.image.registry} was skipped: ${error.message}`;
      options.onEvent?.({ type: 'note', message });
    }
  }
  return named(image, await openAt(original, options));
};

/** Milliseconds that all mirrors together may take to find an image, before the registry is asked. */
export const MIRRORS_TIMEOUT = 60_000;

const openAt = (
  { image, isInsecure }: PullPlace,
  options: RegistrySourceOptions,
): Promise<RegistrySource> => {
  const { insecure = [] } = options;
  if (!isInsecure) return openRegistrySource(image, options);
  return openRegistrySource(image, { ...options, insecure: [...insecure, image.registry] });
};

const named = (image: ImageName, source: RegistrySource): RegistrySource => {
  const name = formatImageName(withDefaultTag(image));
  return { ...source, name, names: [{ imageName: name }] };
};
