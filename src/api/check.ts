import type { Digest } from '../oci/digest.ts';
import type { NamedDigest } from './named-digest.ts';

/** Bytes, or a part of a whole: `{ share: 0.1 }` is 10 %. */
export type Amount = number | { readonly share: number };

/** What an image may be. A limit is kept by an image that is exactly as large. @default no limit */
export interface Budget {
  /** Bytes of all layers as stored. */
  readonly maxSize?: number | undefined;
  /** Bytes of all layers decompressed. */
  readonly maxUnpacked?: number | undefined;
  readonly maxLayers?: number | undefined;
  /** Bytes that are wasted, or their part of what all layers store. */
  readonly maxWasted?: Amount | undefined;
  /** The part of what the layers above the first one store that is wasted, 0 to 1: dive's `highestUserWastedPercent`. */
  readonly maxUserWasted?: number | undefined;
  /** The part of what all layers store that is not wasted, 0 to 1. */
  readonly minEfficiency?: number | undefined;
  /** By how much the stored size may be over that of `baseline`. */
  readonly maxGrowth?: Amount | undefined;
  /**
   * An image, or a JSON file that `inspect --json`, `check --json` or `--report` wrote.
   * @default of a slim: the image that its first target has before
   */
  readonly baseline?: string | undefined;
  /** Globs of files that must not be in the image, and names of sets of them: docs/check.md. */
  readonly deny?: readonly string[] | undefined;
  /** Containers must not start as root. */
  readonly requireUser?: boolean | undefined;
  /** No file runs with the rights of its owner or group. */
  readonly noSetuid?: boolean | undefined;
}

/** What is checked, by the name of its option. */
export type CheckRule =
  | 'max-size'
  | 'max-unpacked'
  | 'max-layers'
  | 'max-wasted'
  | 'max-user-wasted'
  | 'min-efficiency'
  | 'max-growth'
  | 'deny'
  | 'require-user'
  | 'no-setuid';

/** Whether an image, or each image of an index, keeps a budget. */
export interface CheckResult extends NamedDigest {
  /** All images keep it. */
  readonly passed: boolean;
  /** What `max-growth` compares with. */
  readonly baseline?: { readonly name: string; readonly digest?: Digest | undefined } | undefined;
  /** One for each platform. */
  readonly images: readonly CheckedImage[];
  readonly notes: readonly string[];
}

export interface CheckedImage {
  readonly platform: string;
  /** Of the manifest; in the dry run of a slim, of the source's. */
  readonly digest: Digest;
  readonly passed: boolean;
  /** Set in the dry run of a slim: sizes are estimated, and what is wasted is not known. */
  readonly estimated?: true | undefined;
  /** Of the layers as stored. */
  readonly compressedSize: number;
  /** Of the layers decompressed. */
  readonly unpackedSize: number;
  readonly layers: number;
  /** Names in the merged file system that are no folders. */
  readonly files: number;
  /** Contents that could go without changing what a container sees. Absent where it is not known. */
  readonly wastedSize?: number | undefined;
  /** The part of the stored contents that is not wasted, 0 to 1. Absent where it is not known. */
  readonly efficiency?: number | undefined;
  /** `compressedSize` of the baseline. */
  readonly baselineSize?: number | undefined;
  /** One for each limit, in the order of `CheckRule`. */
  readonly checks: readonly CheckOutcome[];
}

/** One limit, and what the image has. `actual`, `limit` and `over` have the same unit. */
export interface CheckOutcome {
  readonly rule: CheckRule;
  /** Of `deny`: the glob or the set. */
  readonly subject?: string | undefined;
  readonly passed: boolean;
  /** A `share` is 0 to 1, of growth also more or less. */
  readonly unit: 'bytes' | 'share' | 'count';
  readonly limit: number;
  readonly actual: number;
  /** By how much it is beyond the limit; 0 where it passed. */
  readonly over: number;
  /** What makes it so, largest first of each kind; empty where it passed. */
  readonly causes: readonly CheckCause[];
}

/** A package, path or step that takes bytes, or a setting that is not allowed. */
export interface CheckCause {
  readonly kind: 'package' | 'folder' | 'file' | 'step' | 'secret' | 'user';
  /** `deb gcc-12 12.2.0`, a path, a line of a Dockerfile, a message. */
  readonly name: string;
  /** What it takes, or with a baseline by how much it grew; absent where bytes are not the matter. */
  readonly bytes?: number | undefined;
  /** The number of its layer, from 1. */
  readonly layer?: number | undefined;
  /** What else is known: `new`, `was 1.2.3`, `deleted in layer 5`, `mode 4755`. */
  readonly detail?: string | undefined;
}
