import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { ImageSource } from '../oci/store.ts';

/**
 * A source as transports open it: an `ImageSource` that knows the kind of its place and the names of the
 * image there, so that a target can adopt both.
 */
export interface OpenedSource extends ImageSource {
  readonly kind: 'oci' | 'oci-archive' | 'docker-archive' | 'docker-daemon' | 'registry';
  /** All names of this image at the place. */
  readonly names: readonly SourceName[];
  /** The referrers of a manifest; absent where places of this kind cannot store any. */
  readonly referrers?: ((digest: Digest) => Promise<readonly Referrer[]>) | undefined;
}

/** A manifest that refers to another one: a signature, an SBOM, an attestation. */
export interface Referrer {
  readonly descriptor: Descriptor;
  /** Set where it is found by a tag made from the digest, as cosign makes them, and not by its subject. */
  readonly tag?: string | undefined;
}

/** The suffixes of cosign's tags: `sha256-….sig`. */
export const TAG_SUFFIXES = ['sig', 'att', 'sbom'] as const;

/** A name of an image; it has at least one of the two forms. */
export interface SourceName {
  /** `org.opencontainers.image.ref.name`: usually a tag, sometimes an image name. */
  readonly refName?: string | undefined;
  /** The image name: an element of `RepoTags`, or `io.containerd.image.name`. */
  readonly imageName?: string | undefined;
}

/** The annotations of descriptors in `index.json` that hold each form. */
export const REF_NAME = 'org.opencontainers.image.ref.name';
export const IMAGE_NAME = 'io.containerd.image.name';
