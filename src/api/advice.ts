import type { Digest } from '../oci/digest.ts';
import type { SizedName } from './analysis.ts';
import type { NamedDigest } from './named-digest.ts';

/** What could be changed in the Dockerfile of an image, or of each image of an index. */
export interface AdviseResult extends NamedDigest {
  /** One for each platform. */
  readonly images: readonly AdvisedImage[];
  readonly notes: readonly string[];
}

export interface AdvisedImage {
  readonly platform: string;
  /** Of the manifest. */
  readonly digest: Digest;
  /** Of the layers as stored. */
  readonly compressedSize: number;
  /** Of the layers decompressed. */
  readonly unpackedSize: number;
  readonly dockerfile?: AdvisedDockerfile | undefined;
  /** Most bytes first. */
  readonly advice: readonly Advice[];
  /** Contents that go if all advice is followed; bytes that several pieces of advice are about count once. */
  readonly saving: number;
  /** A command for CI that holds the image to what it is now. */
  readonly check: string;
}

/** The Dockerfile that was given. */
export interface AdvisedDockerfile {
  readonly name: string;
  /** Instructions `RUN`, `COPY` and `ADD` that the image is built from, and how many of them its history has. */
  readonly instructions: number;
  readonly matched: number;
  /** The Dockerfile with all edits that do not exclude each other. */
  readonly rewritten: string;
}

/** One thing to change. */
export interface Advice {
  /** The name of the practice: `clean-apt`, `merge-runs`. */
  readonly practice: string;
  readonly title: string;
  /** What was found, and what to do about it. */
  readonly message: string;
  /** Unpacked bytes that this alone saves; 0 where it is not about bytes. */
  readonly bytes: number;
  /** `bytes` is a guess, and not the sum of files that are known to go. */
  readonly isEstimate?: boolean | undefined;
  /** Where it starts, and the instruction there. */
  readonly place?: AdvicePlace | undefined;
  /** What to write instead. */
  readonly edits: readonly AdviceEdit[];
  /** Lines to write where no edit can be made: in another file, or as a pattern to follow. */
  readonly example?: { readonly file: string; readonly text: string } | undefined;
  /** The largest files and folders it is about. */
  readonly largest: readonly SizedName[];
  /** The level of a slim that removes this, or nearly all of it, from the image that is built already. */
  readonly removedBy?: string | undefined;
  /** Where the practice is described. */
  readonly source: string;
}

export interface AdvicePlace {
  /** In the Dockerfile, from 1; absent without one, and for a step that it does not have. */
  readonly line?: number | undefined;
  readonly endLine?: number | undefined;
  /** As in the history. */
  readonly step: string;
  /** The number of its layer, from 1. */
  readonly layer?: number | undefined;
}

/** Lines that take the place of others. */
export interface AdviceEdit {
  /** In the Dockerfile, from 1; absent where only the history is known. */
  readonly line?: number | undefined;
  /** The last line that goes. */
  readonly endLine?: number | undefined;
  readonly before: string;
  /** Empty to delete the lines. */
  readonly after: string;
}
