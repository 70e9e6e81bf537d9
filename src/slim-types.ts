import type { EventListener } from './events.ts';
import type { Limits } from './limits.ts';
import type { Digest } from './oci/digest.ts';
import type { Compression } from './oci/media-type.ts';
import type { Squash } from './plan/plan.ts';
import type { Level } from './rules/rule.ts';
import type { RegistrySettings } from './transport/registry/settings.ts';

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
  /** Takes symbols and debug information out of binaries; needs `strip`. @default false */
  readonly strip?: boolean | undefined;
  /** Packs programs that get smaller by it; needs `upx`. @default false */
  readonly upx?: boolean | UpxOptions | undefined;
  /** Turns equal files into hard links. @default false */
  readonly dedupe?: boolean | undefined;
  /** Attaches provenance and the report to the new image; the target must be a registry or a layout. @default false */
  readonly attest?: boolean | undefined;
  /** Paths the result explains one by one. @default [] */
  readonly explain?: readonly string[] | undefined;
  /** @default DEFAULT_LIMITS */
  readonly limits?: Partial<Limits> | undefined;
  /** How registries and engines are reached. */
  readonly network?: NetworkOptions | undefined;
  /** Where work is kept for later runs; results are the same without. @default nowhere */
  readonly cache?: { readonly folder: string; readonly maxSize?: number | undefined } | undefined;
  readonly onEvent?: EventListener | undefined;
  /** Stops the run with the error code `aborted`; the target stays as it was. */
  readonly signal?: AbortSignal | undefined;
}

/** What a copy is asked to do. */
export interface CopyOptions {
  /** In any spelling of docs/image-names.md, and so the target. */
  readonly source: string;
  readonly target: string;
  /** `os/arch[/variant]` of the one image to take from an index. @default all of them */
  readonly platform?: string | undefined;
  /** Copies signatures, SBOMs and attestations, too. @default false */
  readonly referrers?: boolean | undefined;
  /** Stores layers in another way, which makes it another image. @default as they are */
  readonly compression?: Compression | 'keep' | undefined;
  /** 0 to 9 for gzip, 1 to 22 for zstd. */
  readonly compressionLevel?: number | undefined;
  /** @default DEFAULT_LIMITS */
  readonly limits?: Partial<Limits> | undefined;
  readonly network?: NetworkOptions | undefined;
  readonly onEvent?: EventListener | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface CopyResult {
  readonly source: NamedDigest;
  readonly target: NamedDigest;
  /** Whether the target has another digest than what was copied. */
  readonly changed: boolean;
  /** How many signatures, SBOMs and attestations came along. */
  readonly referrers: number;
  readonly notes: readonly string[];
  readonly durationMs: number;
}

/** What is to be looked at. */
export interface InspectOptions {
  readonly source: string;
  /** `os/arch[/variant]` of the one image of an index to tell of. @default all of them */
  readonly platform?: string | undefined;
  /** @default DEFAULT_LIMITS */
  readonly limits?: Partial<Limits> | undefined;
  readonly network?: NetworkOptions | undefined;
  readonly onEvent?: EventListener | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface InspectResult extends NamedDigest {
  readonly mediaType: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** One for each platform. */
  readonly images: readonly InspectedImage[];
  /** Signatures, SBOMs, attestations: of the image, of its platforms, and of one another. */
  readonly referrers: readonly InspectedReferrer[];
}

export interface InspectedImage {
  readonly platform: string;
  readonly digest: Digest;
  readonly mediaType: string;
  /** Bytes of the layers as stored. */
  readonly compressedSize: number;
  /** As the config spells it. */
  readonly created?: string | undefined;
  /** Digest of the manifest reslim made it from. */
  readonly madeFrom?: string | undefined;
  /** The version and options of reslim that made it. */
  readonly recipe?: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly layers: readonly {
    readonly digest: Digest;
    readonly size: number;
    readonly mediaType: string;
  }[];
}

export interface InspectedReferrer {
  readonly digest: Digest;
  readonly artifactType: string;
  /** Bytes of its manifest. */
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
  /** Set for what is found by a tag made of the digest. */
  readonly tag?: string | undefined;
  /** Set for what lies in the image's own index. */
  readonly subject?: string | undefined;
}

/** How registries and engines are reached; the same for all of a run. */
export interface NetworkOptions {
  /** Hosts (`name` or `name:port`) whose certificate is not checked and that may speak plain http. */
  readonly insecure?: readonly string[] | undefined;
  /** PEM bundles of authorities trusted beside the usual ones. */
  readonly caFiles?: readonly string[] | undefined;
  /** Logins are looked for here first. @default Docker's file, then Podman's */
  readonly authFile?: string | undefined;
  /** How often a request that failed is sent again. @default 5 */
  readonly retries?: number | undefined;
  /** Milliseconds without an answer, or without progress, before a request counts as failed. */
  readonly timeout?: number | undefined;
  /** Finer settings of the registry client, see `RegistrySettings`. */
  readonly settings?: Partial<RegistrySettings> | undefined;
  /** Where `DOCKER_HOST`, `RESLIM_PASSWORD`, proxies and the like are read. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** @default the user's home folder */
  readonly home?: string | undefined;
}

export interface UpxOptions {
  /** How to compress, in UPX's own words; anything else is refused. @default ['-5'] */
  readonly args?: readonly string[] | undefined;
  /** Try all there is: takes minutes for each megabyte. @default false */
  readonly brute?: boolean | undefined;
  /** @default 'compressed' */
  readonly goal?: UpxGoal | undefined;
}

/** What a packed file must save: bytes of the stored layer, or bytes on disk. */
export type UpxGoal = 'compressed' | 'unpacked';

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
  readonly packages: PackagesReport;
  /** Largest first. `hidden` is what upper layers covered anyway. */
  readonly categories: readonly CategoryTotal[];
  /** By path. */
  readonly dropped: readonly DroppedPath[];
  readonly explanations: readonly Explanation[];
  /** Files that got other contents, or became a link; by path. With several tools, one after the other. */
  readonly transforms: readonly FileTransform[];
}

/** Sizes of one file; compressed ones are those of the file alone, as its layer is stored. */
export interface FileTransform {
  readonly path: string;
  readonly by: 'strip' | 'upx' | 'dedupe';
  readonly before: number;
  /** 0 for a link. */
  readonly after: number;
  readonly beforeCompressed: number;
  readonly afterCompressed: number;
  /** The equal file, for `dedupe`. */
  readonly linkTo?: string | undefined;
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

/** What scanners find in the image, and what they will not find any more. */
export interface PackagesReport {
  /** How many of each kind: `deb`, `apk`, `npm`, `python`, … */
  readonly before: Readonly<Record<string, number>>;
  readonly after: Readonly<Record<string, number>>;
  /** Taken out on purpose, largest first. */
  readonly removed: readonly RemovedPackage[];
  /** Databases that are there and that reslim cannot read. */
  readonly unread: readonly string[];
}

export interface RemovedPackage {
  readonly type: string;
  readonly name: string;
  /** Empty where no name of a file tells it. */
  readonly version: string;
  /** Files that go with it, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  /** `profile/rule`, or the user's glob. */
  readonly rule: string;
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
  /** What was done to the file, or why not; absent where no transform was asked for. */
  readonly transforms?: readonly string[] | undefined;
}
