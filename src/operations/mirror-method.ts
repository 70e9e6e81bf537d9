import type { Digest } from '../oci/digest.ts';
import type { ImageNode } from '../oci/image.ts';
import type { ExistingImage } from '../transport/open-existing.ts';
import type { SessionSource, SessionTarget } from './open-places.ts';

/** The places of one image of a mirror. */
export interface MirrorPlaces {
  readonly source: SessionSource;
  readonly target: SessionTarget;
}

/** How the images of a mirror get to their targets. */
export interface MirrorMethod {
  /** Whether the target has the result of this source already. */
  readonly isCurrent: (places: MirrorPlaces, existing: ExistingImage) => Promise<boolean>;
  /** Brings what was added to a source that is current. Resolves with whether there was anything. */
  readonly complete?: (places: MirrorPlaces, existing: ExistingImage) => Promise<boolean>;
  readonly apply: (places: MirrorPlaces, root: ImageNode) => Promise<MirroredImage>;
}

/** What was written. Sizes are bytes of all layers as stored. */
export interface MirroredImage {
  readonly digest: Digest;
  readonly sourceSize: number;
  readonly targetSize: number;
}
