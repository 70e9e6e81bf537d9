import type { ReslimError } from '../base/errors.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';

/** A place that keeps images by their tags: a repository of a registry, or a layout. */
export interface TaggedPlace {
  /** `registry/repository`, or `oci:DIR`. */
  readonly name: string;
  /** All tags, those of signatures included; none where the place does not exist. */
  readonly tags: () => AsyncIterable<string>;
  /** What a tag stands for. Rejects with `not-found`. */
  readonly resolve: (tag: string) => Promise<Descriptor>;
  /** Which of some tags lead to an image. */
  readonly uses: (tags: readonly string[]) => Promise<TagUses>;
  /** Removes an image with all its tags. Rejects with `unsupported` where that is not allowed. */
  readonly removeImage: (digest: Digest) => Promise<void>;
  /** Removes tags; what one of them meets is told, and does not stop the others. */
  readonly remove: (removal: TagRemoval) => Promise<readonly RemovedTag[]>;
  readonly close: () => Promise<void>;
}

/** Which tags lead to a manifest. */
export interface TagUses {
  /** Those that stand for it. */
  readonly tagsOf: (digest: Digest) => readonly string[];
  /** Those with an index that lists it, or has an index that does. */
  readonly listedBy: (digest: Digest) => readonly string[];
}

export interface TagRemoval {
  readonly gone: readonly string[];
  /** All other tags of the place. */
  readonly staying: readonly string[];
}

export interface RemovedTag {
  readonly tag: string;
  /** Why it is still there. */
  readonly error?: ReslimError | undefined;
}
