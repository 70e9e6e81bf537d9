import type { Digest } from './digest.ts';
import type { Descriptor } from './descriptor.ts';

/*
 * The ports between the pipeline and the places where images are. Transports implement them; the rest of
 * the pipeline does not know which transport it uses.
 */

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Plain bytes in a local file, which can be read there without a copy. */
export interface FileRange {
  readonly path: string;
  /** Where the blob begins in the file, in bytes. */
  readonly offset: number;
  readonly size: number;
}

/**
 * Opens blobs. The bytes are those of the place, unverified: pass them through `verified()`.
 * Missing blobs reject with `not-found` naming the digest.
 */
export interface BlobReader {
  open(descriptor: Descriptor, options?: ReadOptions): AsyncIterable<Uint8Array>;
  /** Where the blob is stored as plain bytes on this machine, if it is. */
  locate?(descriptor: Descriptor): Promise<FileRange | undefined>;
}

/** One image (or index of images) somewhere, resolved to its root descriptor. */
export interface ImageSource extends BlobReader {
  /** The reference as the user would write it in full; names the source in messages. */
  readonly name: string;
  readonly root: Descriptor;
  /** Releases files and temp space. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Takes blobs in any order, and makes all of them visible at once on `commit`. Until then the place is
 * unchanged; a target that is closed without a commit leaves nothing behind.
 */
export interface ImageTarget {
  readonly name: string;
  /**
   * Whether other programs find only documents of OCI media types there, as in layouts and their archives.
   * What is written anew then has these types. @default false
   */
  readonly isOciOnly?: boolean | undefined;
  /** Whether the place holds this blob already, so that `put` may be skipped. */
  has(descriptor: Descriptor): Promise<boolean>;
  /**
   * Stores one blob and returns its digest and size. Bytes other than `expected` are refused with
   * `mismatch`. By `mediaType` a registry tells manifests from other blobs.
   */
  put(content: AsyncIterable<Uint8Array>, options: PutOptions): Promise<StoredBlob>;
  /**
   * Makes the image visible under the target's name, atomically. A target that was opened for a second image makes that
   * visible, too, under its own tag: both at once, or in a registry `beside` first.
   */
  commit(root: Descriptor, beside?: Descriptor): Promise<void>;
  /** What the place calls the image once it is committed, where that is not its digest: the id of an engine. */
  localId?(): Digest | undefined;
  close(): Promise<void>;
}

export interface PutOptions extends ReadOptions {
  readonly mediaType: string;
  readonly expected?: StoredBlob | undefined;
  /** Whether others wait for the content as well, so that it must be read without delay. @default false */
  readonly isSplit?: boolean | undefined;
  /**
   * Called with chunks of the content that the target no longer needs, so that their memory can be used
   * again. A target that keeps its chunks does not call it.
   */
  readonly release?: ((chunk: Uint8Array) => void) | undefined;
}

export interface StoredBlob {
  readonly digest: Digest;
  readonly size: number;
}
