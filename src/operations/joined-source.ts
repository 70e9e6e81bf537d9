import type { Descriptor } from '../oci/descriptor.ts';
import type { ImageSource } from '../oci/store.ts';

/** A source whose blobs lie partly elsewhere: those of `digests` in another one, which stays open as long. */
export const joinedSource = <Source extends ImageSource>(
  source: Source,
  other: ImageSource,
  digests: ReadonlySet<string>,
): Source => {
  const placeOf = ({ digest }: Descriptor): ImageSource => (digests.has(digest) ? other : source);
  return {
    ...source,
    open: (descriptor, options) => placeOf(descriptor).open(descriptor, options),
    locate: async (descriptor) => placeOf(descriptor).locate?.(descriptor),
  };
};
