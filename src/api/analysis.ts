import type { Digest } from '../oci/digest.ts';
import type { LayerName } from '../oci/layer-names.ts';
import type { FoundSecret } from './found-secret.ts';

/**
 * Where the bytes of one image are. Sizes are bytes. A file counts with the bytes that its layer stores for
 * it, once for all its names; headers of the tar count in `unpackedSize` only. Paths are absolute, as text.
 */
export interface ImageAnalysis {
  /** Of the layers as stored. */
  readonly compressedSize: number;
  /** Of the layers decompressed. */
  readonly unpackedSize: number;
  /** Of the contents of all files in all layers. */
  readonly contentSize: number;
  /** Names in the merged file system that are no folders. */
  readonly files: number;
  /** Of the contents of the merged file system. */
  readonly fileSize: number;
  readonly waste: Waste;
  /** The part of `contentSize` that is not wasted, 0 to 1; 1 for an image without files. */
  readonly efficiency: number;
  /** Base first. */
  readonly layers: readonly AnalyzedLayer[];
  /** Every file that is wasted, largest first. */
  readonly wasted: readonly WastedFile[];
  /** Largest first; of a folder and one in it that holds most of it only the inner one is listed. */
  readonly folders: readonly SizedName[];
  /** Largest first. */
  readonly largestFiles: readonly AnalyzedFile[];
  /** All packages that scanners find, largest first. A file counts for one of them. */
  readonly packages: readonly AnalyzedPackage[];
  /** Files that run with the rights of their owner or group, by path. */
  readonly setuid: readonly PrivilegedFile[];
  readonly secrets: readonly FoundSecret[];
  /** What each level would remove; `minimal` only where files are listed. */
  readonly savings: readonly LevelSavings[];
}

/**
 * Bytes that could go without changing what a container sees: of N copies, N − 1.
 *
 * - `deleted`: a later layer deletes the file
 * - `overwritten`: a later layer replaces it by other contents
 * - `metadata`: a later layer stores the same contents again, to change owner, mode or time
 * - `copies`: another file has the same contents
 */
export interface Waste {
  readonly total: number;
  readonly deleted: number;
  readonly overwritten: number;
  readonly metadata: number;
  readonly copies: number;
}

export type WasteReason = Exclude<keyof Waste, 'total'>;

export interface AnalyzedLayer extends LayerName {
  readonly digest: Digest;
  readonly diffId: Digest;
  readonly mediaType: string;
  readonly compressedSize: number;
  readonly unpackedSize: number;
  /** Contents that the merged file system has from this layer. */
  readonly ownSize: number;
  /** Contents of this layer that are wasted: hidden by later layers, or equal to a file of it or of an earlier one. */
  readonly waste: Waste;
  /** Entries of its tar but whiteouts. */
  readonly entries: number;
}

/** A file as it lies in one layer. */
export interface AnalyzedFile {
  readonly path: string;
  readonly size: number;
  /** The number of the layer that stores it, from 1. */
  readonly layer: number;
}

export interface WastedFile extends AnalyzedFile {
  readonly reason: WasteReason;
  /** The number of the layer that hides it; absent for copies. */
  readonly by?: number | undefined;
  /** What changed, for `metadata`: `owner`, `mode`, `time`, `attributes`; empty where nothing did. */
  readonly changes?: readonly string[] | undefined;
  /** The file with the same contents that counts as used, for `copies`. */
  readonly copyOf?: string | undefined;
}

export interface AnalyzedPackage {
  /** `deb`, `npm`, `python`, … */
  readonly type: string;
  readonly name: string;
  /** Empty where it is unknown. */
  readonly version: string;
  /** Names that belong to it. */
  readonly files: number;
  readonly bytes: number;
  /** The file by which it is found. */
  readonly evidence: string;
}

export interface PrivilegedFile extends AnalyzedFile {
  /** Octal, as `4755`. */
  readonly mode: string;
}

export interface LevelSavings {
  readonly level: string;
  readonly files: number;
  /** Contents that would go, wasted ones included. */
  readonly bytes: number;
}

/** A package or a path, with its files and their bytes. */
export interface SizedName {
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
}
