import type { Digest } from '../oci/digest.ts';
import type { Finding } from './finding.ts';

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

export interface ValidateResult extends NamedDigest {
  /** Images that were checked completely, layers included. */
  readonly images: number;
  /** Stored bytes read. */
  readonly bytes: number;
  /** In the order they were found. */
  readonly findings: readonly Finding[];
  /** No finding is an error. */
  readonly valid: boolean;
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
