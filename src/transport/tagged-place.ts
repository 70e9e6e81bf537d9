import type { ReslimError } from '../base/errors.ts';

/** A place that keeps images by their tags: a repository of a registry, or a layout. */
export interface TaggedPlace {
  /** `registry/repository`, or `oci:DIR`. */
  readonly name: string;
  /** All tags, those of signatures included; none where the place does not exist. */
  readonly tags: () => AsyncIterable<string>;
  /** Removes tags; what one of them meets is told, and does not stop the others. */
  readonly remove: (removal: TagRemoval) => Promise<readonly RemovedTag[]>;
  readonly close: () => Promise<void>;
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
