import type { EventListener } from './events.ts';
import type { Limits } from './limits.ts';
import type { Digest } from './oci/digest.ts';
import type { Compression } from './oci/media-type.ts';
import type { Squash } from './plan/plan.ts';
import type { Level } from './rules/rule.ts';

/** What a run is asked to do. Everything but `source` and `target` has a default. */
export interface SlimOptions {
  /** Where the image is, in any spelling of docs/image-names.md. */
  readonly source: string;
  /** Where the new one goes. Left out only with `dryRun`. */
  readonly target?: string | undefined;
  /** Decide everything, write nothing. @default false */
  readonly dryRun?: boolean | undefined;
  /** Names of profiles, or `auto` (by what the image holds), or `none`. @default ['auto'] */
  readonly profiles?: readonly string[] | undefined;
  /** Paths of profile files of one's own; always active. @default [] */
  readonly profileFiles?: readonly string[] | undefined;
  /** @default 'safe' */
  readonly level?: Level | undefined;
  /** Globs of what must stay. @default [] */
  readonly keep?: readonly string[] | undefined;
  /** Globs of what must go. @default [] */
  readonly drop?: readonly string[] | undefined;
  /** One layer, or each layer for itself. @default 'all' */
  readonly squash?: Squash | undefined;
  /** @default 'keep' */
  readonly compression?: Compression | 'keep' | undefined;
  /** 0 to 9 for gzip, 1 to 22 for zstd. @default 6 and 3 */
  readonly compressionLevel?: number | undefined;
  /** `os/arch[/variant]` of the one image to take from an index. @default all of them */
  readonly platform?: string | undefined;
  /** Whole seconds since the epoch; later times in the image are set to it. @default times stay */
  readonly timestamp?: number | undefined;
  /** Bytes: a larger result is refused with the code `policy`, and nothing is written. @default no bound */
  readonly maxSize?: number | undefined;
  /** Paths the result explains one by one. @default [] */
  readonly explain?: readonly string[] | undefined;
  /** @default DEFAULT_LIMITS */
  readonly limits?: Partial<Limits> | undefined;
  readonly onEvent?: EventListener | undefined;
  /** Stops the run with the error code `aborted`; the target stays as it was. */
  readonly signal?: AbortSignal | undefined;
}

/** What a run did, or with `dryRun` would do. All sizes are bytes. */
export interface SlimResult {
  readonly source: NamedDigest;
  /** Absent in dry runs. */
  readonly target?: NamedDigest | undefined;
  /** False when the image was slim already: then the target has the source's digest. */
  readonly changed: boolean;
  /** One for each platform. */
  readonly images: readonly ImageReport[];
  /** What the user should know and nobody asked for. */
  readonly notes: readonly string[];
  readonly durationMs: number;
}

export interface NamedDigest {
  /** The reference in full. */
  readonly name: string;
  readonly digest: Digest;
}

export interface ImageReport {
  readonly platform: string;
  readonly source: ImageSize;
  /** Absent in dry runs. */
  readonly target?: ImageSize | undefined;
  readonly profiles: readonly { readonly name: string; readonly detectedBy: string }[];
  /** Largest first. `hidden` is what upper layers covered anyway. */
  readonly categories: readonly CategoryTotal[];
  /** By path. */
  readonly dropped: readonly DroppedPath[];
  readonly explanations: readonly Explanation[];
}

export interface ImageSize {
  /** Of the manifest. */
  readonly digest: Digest;
  /** Layers as stored. */
  readonly compressedSize: number;
  /** Layers decompressed. */
  readonly unpackedSize: number;
  readonly layers: number;
  /** Names in the merged file system that are no folders. */
  readonly files: number;
}

export interface CategoryTotal {
  readonly category: string;
  readonly files: number;
  readonly bytes: number;
}

export interface DroppedPath {
  /** Absolute, as text; bytes that are not UTF-8 are written `\xe9`. */
  readonly path: string;
  readonly type: string;
  /** 0 where another name keeps the file. */
  readonly bytes: number;
  /** `profile/rule`, the user's glob, or `layers/…` for what was hidden. */
  readonly rule: string;
  readonly category: string;
  readonly reason: string;
}

export interface Explanation {
  readonly path: string;
  readonly verdict: 'kept' | 'dropped' | 'absent';
  /** The rule that spoke, if any did. */
  readonly rule?: string | undefined;
  readonly reason: string;
  /** The layer the file is in, counted from 0. */
  readonly layer?: number | undefined;
  /** URL that backs the reason. */
  readonly source?: string | undefined;
}
