import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { ImageSource } from '../oci/store.ts';

/**
 * A source as the transports hand it out: an `ImageSource` that also tells what kind of place it
 * is and what the image is called there, so that a target can take both over.
 */
export interface OpenedSource extends ImageSource {
  readonly kind: 'oci' | 'oci-archive' | 'docker-archive' | 'docker-daemon' | 'registry';
  /** Every name the place has for this image; empty if it has none. */
  readonly names: readonly SourceName[];
  /** What the place has that speaks of a manifest; absent where places of this kind keep no such things. */
  readonly referrers?: ((digest: Digest) => Promise<readonly Referrer[]>) | undefined;
}

/** A signature, an SBOM, an attestation: something about an image that is kept beside it. */
export interface Referrer {
  readonly descriptor: Descriptor;
  /** Set for what is found by a tag made of the digest, as cosign does, and not by its subject. */
  readonly tag?: string | undefined;
}

/** What cosign puts behind the digest: `sha256-….sig`. */
export const TAG_SUFFIXES = ['sig', 'att', 'sbom'] as const;

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
