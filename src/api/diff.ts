import type { Digest } from '../oci/digest.ts';
import type { NamedDigest } from './named-digest.ts';
import type { DiffPart } from './vocabulary.ts';

/** What a path may have: it is in one image only, or in both and not the same. */
export type FileChangeKind = Extract<DiffPart, 'added' | 'removed' | 'changed' | 'metadata'>;

/** How one image, or each image of an index, differs from another. Sizes are bytes. */
export interface DiffResult {
  readonly before: NamedDigest;
  readonly after: NamedDigest;
  /** No image has a difference, and none is in one index only. */
  readonly same: boolean;
  /** Times, order, history and the way an image is stored were ignored. */
  readonly semantic: boolean;
  /** What was compared. */
  readonly parts: readonly DiffPart[];
  /** One for each platform that both have. */
  readonly images: readonly ImageDiff[];
  /** Images for platforms that only one of them has. */
  readonly onlyBefore: readonly UnpairedImage[];
  readonly onlyAfter: readonly UnpairedImage[];
  /** Of two indexes: annotations and other members, attestations and artifacts. */
  readonly index: readonly ValueChange[];
  readonly notes: readonly string[];
}

export interface UnpairedImage {
  readonly platform: string;
  /** Of the manifest. */
  readonly digest: Digest;
  readonly compressedSize: number;
}

export interface ImageDiff {
  readonly platform: string;
  /** There is no difference in what was compared. */
  readonly same: boolean;
  readonly before: DiffSide;
  readonly after: DiffSide;
  /** What a node downloads for `after`, if it has `before`. */
  readonly download: Download;
  /** By path. */
  readonly files: readonly FileChange[];
  /** Counts of `files`, in the order of `FileChangeKind`; kinds that were not compared are left out. */
  readonly totals: readonly FileTotal[];
  /** Packages whose version or size is another, those that changed most bytes first. */
  readonly packages: readonly PackageChange[];
  /** What files are for (`package-cache`, `docs`, `deb-package`, `other`), those that changed most bytes first. */
  readonly categories: readonly SizeChange[];
  /** Folders that say most of where bytes changed, those that changed most bytes first. */
  readonly folders: readonly SizeChange[];
  readonly config: readonly ValueChange[];
  readonly history: readonly StepChange[];
  /** What is stored in another way; empty if the manifests name the same blobs. */
  readonly layers: readonly LayerChange[];
}

/** One of the two images. */
export interface DiffSide {
  /** Of the manifest. */
  readonly digest: Digest;
  /** Of the layers as stored; those of an engine are stored unpacked. */
  readonly compressedSize: number;
  readonly layers: number;
  /** Of the layers decompressed; absent, as `files`, where no layer was read. */
  readonly unpackedSize?: number | undefined;
  /** Names in the merged file system that are no folders. */
  readonly files?: number | undefined;
}

/** How much of an image is new for a node that has another one, by what the node recognises layers. */
export interface Download {
  /** Blobs with a digest that the other image does not name: containerd, Podman, CRI-O, mirrors. */
  readonly byDigest: Amount;
  /**
   * Layers with a diffId that the other image does not have, with their stored size: engines that keep layers
   * unpacked and look for their contents, such as Podman and CRI-O with layers that were compressed anew.
   */
  readonly byDiffId: Amount;
  /** Layers from the first on that differs in its diffId: Docker's own image store. */
  readonly byChain: Amount;
  /** Which of them is the one to show: `byDigest`, but `byDiffId` where an image is in an engine or its archive. */
  readonly best: 'byDigest' | 'byDiffId';
}

interface Amount {
  readonly layers: number;
  readonly bytes: number;
}

/** What a path is. */
export type FileType = 'file' | 'directory' | 'symlink' | 'character' | 'block' | 'fifo';

export interface FileChange {
  /** Absolute, as text; bytes that are not UTF-8 are written `\xe9`. */
  readonly path: string;
  readonly kind: FileChangeKind;
  /** What it is, or of a removed path was. */
  readonly type: FileType;
  /** Contents in each image; 0 where it has none, and for further names of a file. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** The number of the layer that made it, from 1. */
  readonly layerBefore?: number | undefined;
  readonly layerAfter?: number | undefined;
  /** As in `categories`; absent for folders. */
  readonly category?: string | undefined;
  /** `deb libc6 2.36-9`: the package it belongs to, or of a removed path belonged to. */
  readonly package?: string | undefined;
  /** What exactly differs, for `changed` and `metadata`. */
  readonly changes?: readonly AttributeChange[] | undefined;
}

/**
 * One thing that differs in a file. Values are text: octal modes, `uid:gid`, seconds since 1970, `major:minor`. An
 * extended attribute has its `name`, and its values only where they are short and printable; `content` has none.
 */
export interface AttributeChange {
  readonly what: AttributeKind;
  readonly name?: string | undefined;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** `links`: the name belongs to another file among those that both images have. */
export type AttributeKind =
  | 'type'
  | 'content'
  | 'target'
  | 'device'
  | 'mode'
  | 'owner'
  | 'time'
  | 'attribute'
  | 'links';

/** Folders are counted apart: most only have another time. */
export interface FileTotal {
  readonly kind: FileChangeKind;
  readonly files: number;
  readonly folders: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/** A category or folder. Files count those that are in it, changed or not. */
export interface SizeChange {
  readonly name: string;
  readonly filesBefore: number;
  readonly filesAfter: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

export interface PackageChange {
  /** `resized`: the same version, with more or fewer bytes. */
  readonly kind: 'added' | 'removed' | 'upgraded' | 'downgraded' | 'resized';
  /** `deb`, `npm`, `python`, … */
  readonly type: string;
  readonly name: string;
  /** Absent where the image does not have it; empty where it is unknown. */
  readonly versionBefore?: string | undefined;
  readonly versionAfter?: string | undefined;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** The file by which it is found, in `after` if it is there. */
  readonly evidence: string;
}

/** A setting. Values are text, in JSON where they are no text; what looks secret is replaced by `***`. */
export interface ValueChange {
  /** `reordered`: the same values in another order. */
  readonly kind: 'added' | 'removed' | 'changed' | 'reordered';
  /** `entrypoint`, `cmd`, `env`, `label`, `annotation`, …; a member without a name of its own is spelled as in the document. */
  readonly member: string;
  /** Of members with several: the variable, label, port or volume. */
  readonly key?: string | undefined;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** A step of the build that only one image has, or that is another one at the same place. */
export interface StepChange {
  readonly kind: 'added' | 'removed' | 'changed';
  /** Lines of a Dockerfile, as far as the builder tells; what looks secret is replaced by `***`. */
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  /** Members of the step that differ, for `changed`: `created_by`, `created`, `author`, `comment`, `empty_layer`. */
  readonly members?: readonly string[] | undefined;
}

/** A layer that only one image has, or that both have and store in another way or at another place. */
export interface LayerChange {
  readonly kind: 'added' | 'removed' | 'recompressed' | 'moved';
  readonly diffId: Digest;
  /** Its number in each image, from 1. */
  readonly numberBefore?: number | undefined;
  readonly numberAfter?: number | undefined;
  /** As stored. */
  readonly sizeBefore?: number | undefined;
  readonly sizeAfter?: number | undefined;
  /** The line of the Dockerfile that made it, in `after` if it is there. */
  readonly step?: string | undefined;
}
