import type { Config } from './config.ts';
import type { Descriptor } from './descriptor.ts';
import type { Document, Index, Manifest } from './manifest.ts';
import type { Platform } from './platform.ts';

/** What a reference leads to: one image, or an index of several, its documents read and verified. */
export type ImageNode = Image | ImageIndex | OtherManifest;

/** An image with layers that make a file system. */
export interface Image {
  readonly kind: 'image';
  readonly document: Document<Manifest>;
  readonly config: Document<Config>;
  /** As the config states it. */
  readonly platform: Platform;
}

export interface ImageIndex {
  readonly kind: 'index';
  readonly document: Document<Index>;
  /** One for each of the index's `manifests`, in their order. */
  readonly children: readonly ImageNode[];
}

/** What is not slimmed but may be carried: attestations, artifacts, types nobody here knows. */
export interface OtherManifest {
  readonly kind: 'other';
  readonly descriptor: Descriptor;
  /** The stored bytes. `undefined` when the type is no manifest, so that it is carried as a blob. */
  readonly document?: Document<Manifest> | undefined;
}
