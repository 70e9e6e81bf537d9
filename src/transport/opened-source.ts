import type { ImageSource } from '../oci/store.ts';

/**
 * A source as the transports hand it out: an `ImageSource` that also tells what kind of place it
 * is and what the image is called there, so that a target can take both over.
 */
export interface OpenedSource extends ImageSource {
  readonly kind: 'oci' | 'oci-archive' | 'docker-archive' | 'docker-daemon' | 'registry';
  /** Every name the place has for this image; empty if it has none. */
  readonly names: readonly SourceName[];
}

/** At least one of both is there. */
export interface SourceName {
  /** `org.opencontainers.image.ref.name`: mostly a tag, sometimes a whole image name. */
  readonly refName?: string | undefined;
  /** The whole image name: a `RepoTags` element, or `io.containerd.image.name`. */
  readonly imageName?: string | undefined;
}

/** Where the annotation of a descriptor in `index.json` keeps each name. */
export const REF_NAME = 'org.opencontainers.image.ref.name';
export const IMAGE_NAME = 'io.containerd.image.name';
