import type { Digest } from '../oci/digest.ts';
import type { NamedDigest } from './named-digest.ts';
import type { RunOptions } from './options.ts';

/** Options of `composeIndex`: what is put together, and where it goes. */
export interface IndexOptions extends Omit<RunOptions, 'platform'> {
  /** The index that is changed. @default a new one is made of `add` */
  readonly base?: string | undefined;
  /** Images, and indexes whose images come in, in this order. */
  readonly add?: readonly string[] | undefined;
  /** `os/arch[/variant]` of what is added. @default all platforms */
  readonly addPlatforms?: readonly string[] | undefined;
  /** Lets what is added take the place of an image for the same platform, which is else refused. @default false */
  readonly replace?: boolean | undefined;
  /** `os/arch[/variant]` of images that are taken out, with attestations about them. */
  readonly removePlatforms?: readonly string[] | undefined;
  readonly removeDigests?: readonly string[] | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly unsetAnnotations?: readonly string[] | undefined;
  /** `os/arch[/variant]` of entries that get the annotations in place of the index. */
  readonly annotatePlatforms?: readonly string[] | undefined;
  readonly target: string;
  /** Lets the target be `base`. @default false */
  readonly inPlace?: boolean | undefined;
}

export interface IndexResult {
  readonly target: NamedDigest;
  readonly mediaType: string;
  /** In the order of the index. */
  readonly entries: readonly IndexEntry[];
  /** What `base` had and the target has not. */
  readonly removed: readonly IndexEntry[];
  readonly notes: readonly string[];
  readonly durationMs: number;
}

export interface IndexEntry {
  /** `unknown/unknown` for what is no image. */
  readonly platform: string;
  readonly digest: Digest;
  readonly mediaType: string;
  readonly kind: 'image' | 'index' | 'attestation' | 'artifact' | 'unknown';
  /** Whether `base` did not have it. */
  readonly added: boolean;
}
