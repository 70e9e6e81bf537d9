import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { AppliedEdit } from '../oci/document-edits.ts';
import type { LayerName } from '../oci/layer-names.ts';
import type { ImageAnalysis, SizedName } from './analysis.ts';
import type { BaseReport } from './base-report.ts';
import type { CheckResult } from './check.ts';
import type { FileList } from './file-list.ts';
import type { Finding } from './finding.ts';
import type { FoundSecret } from './found-secret.ts';
import type { NamedDigest } from './named-digest.ts';
import type { MinimalFindings, UseReport } from './use.ts';
import type { VerifyResult } from './verify.ts';

export interface CopyResult {
  readonly source: NamedDigest;
  readonly target: NamedDigest;
  /** Whether the target has another digest than what was copied. */
  readonly changed: boolean;
  /** How many signatures, SBOMs and attestations were copied. */
  readonly referrers: number;
  /** What was edited, of all platforms together. */
  readonly edits: readonly AppliedEdit[];
  readonly notes: readonly string[];
  readonly durationMs: number;
}

export interface InspectResult extends NamedDigest {
  /** Absent in an engine. */
  readonly mediaType?: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  /** One for each platform. */
  readonly images: readonly InspectedImage[];
  /** Signatures, SBOMs and attestations of the image, of its platforms, and of each other. */
  readonly referrers: readonly InspectedReferrer[];
}

export interface InspectedImage {
  readonly platform: string;
  /** Of the manifest; in an engine, its id of the image. */
  readonly digest: Digest;
  /** Absent in an engine. */
  readonly mediaType?: string | undefined;
  /** Bytes of the layers as stored; an engine stores them unpacked. */
  readonly compressedSize: number;
  /** As in the config. */
  readonly created?: string | undefined;
  readonly config: InspectedConfig;
  /** Build steps, oldest first; values that look secret are replaced by `***`. */
  readonly steps: readonly InspectedStep[];
  /** Digest of the manifest that reslim made this image from. */
  readonly madeFrom?: string | undefined;
  /** The version and options of reslim that made this image. */
  readonly recipe?: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  /** Base first; an engine only knows the digests of their unpacked bytes. */
  readonly layers: readonly {
    readonly digest: Digest;
    readonly size?: number | undefined;
    readonly mediaType?: string | undefined;
  }[];
  /** Absent where only the documents were read. */
  readonly analysis?: ImageAnalysis | undefined;
  /** Present with `listFiles`. */
  readonly files?: FileList | undefined;
  /** What level `minimal` found out. Present with `listFiles`. */
  readonly minimal?: MinimalFindings | undefined;
}

/** How containers of an image start. Values that look secret are replaced by `***`. */
export interface InspectedConfig {
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly user: string;
  readonly workingDir: string;
  readonly env: readonly string[];
  readonly volumes: readonly string[];
  readonly healthcheck: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface InspectedStep {
  /** As in a Dockerfile, as far as the builder tells. */
  readonly line: string;
  /** Bytes of its layer as stored; absent for a step that has none. */
  readonly size?: number | undefined;
}

export interface InspectedReferrer {
  readonly digest: Digest;
  readonly artifactType: string;
  /** Bytes of its manifest. */
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
  /** Set for a referrer that is found by a tag, as those of cosign are. */
  readonly tag?: string | undefined;
  /** The digest it refers to; set for an attestation in the image's own index. */
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

/** What a slim did, or with `dryRun` would do. All sizes are bytes. */
export interface SlimResult {
  readonly source: NamedDigest;
  /** The first of `targets`; absent in dry runs. */
  readonly target?: NamedDigest | undefined;
  /** Of the image at the first target: its index where there are several platforms. Absent in dry runs. */
  readonly descriptor?: Pick<Descriptor, 'mediaType' | 'digest' | 'size'> | undefined;
  /** In the order of the options; empty in dry runs. */
  readonly targets: readonly SlimTarget[];
  /** False when there was nothing to slim: the target then has the digest of the source. */
  readonly changed: boolean;
  /** True when all targets had the result of the same source and options, and nothing was done. */
  readonly upToDate: boolean;
  /** One for each platform; none if `upToDate`. */
  readonly images: readonly ImageReport[];
  /** The image beside it that has what was removed; with the option `complement`. */
  readonly complement?: ComplementReport | undefined;
  /** How the result keeps its budget; absent where there is none beside `maxSize`. */
  readonly check?: CheckResult | undefined;
  /** How the result compares with its source; with the option `verify`. */
  readonly verification?: VerifyResult | undefined;
  /** What the user should know beside the result. */
  readonly notes: readonly string[];
  readonly durationMs: number;
}

/** An image that has all layers of the slim one, and one more that makes the original of it. */
export interface ComplementReport {
  /** At each target. */
  readonly tag: string;
  /** Of its index where there are several platforms. Absent in dry runs. */
  readonly digest?: Digest | undefined;
  /** What it takes beside the slim image, as stored, of all platforms; in dry runs estimated. */
  readonly bytes: number;
}

export interface SlimTarget extends NamedDigest {
  /** In an engine: its id of the image. */
  readonly id?: Digest | undefined;
  /** Whether it had the result of the same source and options before. */
  readonly upToDate: boolean;
}

export interface ImageReport {
  readonly platform: string;
  readonly source: ImageSize;
  /** Absent in dry runs. */
  readonly target?: ImageSize | undefined;
  /** In dry runs: what would be written, sizes estimated. */
  readonly expected?: ExpectedSize | undefined;
  /** In dry runs at level `safe`: what `lean` would write, estimated. */
  readonly expectedAtLean?: Pick<ExpectedSize, 'compressedSize'> | undefined;
  readonly profiles: readonly { readonly name: string; readonly detectedBy: string }[];
  readonly packages: PackagesReport;
  /** Largest first. `hidden` are files of lower layers that upper layers deleted or replaced. */
  readonly categories: readonly CategoryTotal[];
  /** By path. */
  readonly dropped: readonly DroppedPath[];
  readonly explanations: readonly Explanation[];
  /** Files whose contents changed, or that became a link; by path, then in the order of the tools. */
  readonly transforms: readonly FileTransform[];
  /** Options that match nothing in it: `--drop GLOB`. */
  readonly idleGlobs: readonly string[];
  /** Files that stay and seem to be copies of others, by name, size, mode and time: what `dedupe` would look at. */
  readonly lookAlikes: { readonly files: number; readonly bytes: number };
  /** The layers that stayed as they are, with `squash: 'base'`. */
  readonly base?: BaseReport | undefined;
  /** At level `minimal`, and only where the image says what it is for. */
  readonly use?: UseReport | undefined;
  /** What was edited of its documents; absent where nothing was. */
  readonly edits?: readonly AppliedEdit[] | undefined;
  /** Secrets that the source seems to hide, but still contains. */
  readonly secrets: readonly FoundSecret[];
  /** Where the bytes of the source are; with `listFiles`, and never in a report. */
  readonly listing?: SourceListing | undefined;
}

export interface SourceListing {
  readonly analysis: Omit<ImageAnalysis, 'secrets' | 'savings'>;
  readonly files: FileList;
}

/** Sizes of one file; the compressed ones are of the file alone, with the compression of its layer. */
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
  /** Of the layers as stored. */
  readonly compressedSize: number;
  /**
   * What the layers would take as gzip, estimated; only where they lie uncompressed and the target's do not, so
   * that both sizes can be compared.
   */
  readonly estimatedGzipSize?: number | undefined;
  /** Of the layers decompressed. */
  readonly unpackedSize: number;
  readonly layers: number;
  /** Everything in the merged file system but folders; hard links count each. */
  readonly files: number;
}

/** What a dry run would write. Sizes are estimated, and on real images a few percent off. */
export interface ExpectedSize {
  readonly compressedSize: number;
  readonly unpackedSize: number;
  readonly layers: number;
  readonly files: number;
  /** The largest packages that stay, and the largest folders, at most ten of each. */
  readonly packages: readonly SizedName[];
  readonly folders: readonly SizedName[];
}

/** The packages that scanners find in the image, before and after. */
export interface PackagesReport {
  /** How many of each kind: `deb`, `apk`, `npm`, `python`, … */
  readonly before: Readonly<Record<string, number>>;
  readonly after: Readonly<Record<string, number>>;
  /** Removed completely, largest first. */
  readonly removed: readonly RemovedPackage[];
  /** Package databases in the image that reslim cannot read. */
  readonly unread: readonly string[];
}

export interface RemovedPackage {
  readonly type: string;
  readonly name: string;
  /** Empty where it is unknown. */
  readonly version: string;
  /** Its files, and their bytes. */
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
  /** 0 for a hard link to a file that stays. */
  readonly bytes: number;
  /** `profile/rule`, the user's glob, or `layers/…` for a hidden file. */
  readonly rule: string;
  readonly category: string;
  readonly reason: string;
}

export interface Explanation {
  readonly path: string;
  readonly verdict: 'kept' | 'dropped' | 'absent';
  /** The rule that decided, if one did. */
  readonly rule?: string | undefined;
  readonly reason: string;
  /** The layer the file is in. */
  readonly layer?: LayerName | undefined;
  /** How the image comes to use the file, from its config on; absent where nothing tells that it does. */
  readonly usedBy?: string | undefined;
  /** URL of the evidence for the reason. */
  readonly source?: string | undefined;
  /** What transforms did to the file, or why they did not; absent where none was requested. */
  readonly transforms?: readonly string[] | undefined;
  /** Of a folder: what each rule takes from it, largest first; absent where nothing goes. */
  readonly taken?: readonly RuleTotal[] | undefined;
  /** Of a folder that something goes from: the files that stay in it. */
  readonly left?: { readonly files: number; readonly bytes: number } | undefined;
  /** At level `safe`: what `lean` would take of what stays, largest first. */
  readonly atLean?: readonly RuleTotal[] | undefined;
}

/** What one rule takes. */
export interface RuleTotal {
  readonly rule: string;
  readonly reason: string;
  readonly files: number;
  readonly bytes: number;
}
