import type { Config } from './config.ts';
import type { Descriptor } from './descriptor.ts';
import type { DocumentEdits } from './document-edits.ts';
import type { Document, Index, Manifest } from './manifest.ts';
import { formatPlatform, type Platform } from './platform.ts';

/** An image's documents from its root descriptor on, read and verified. Children keep the index's order. */
export type ImageNode = IndexNode | Image | OtherNode;

export interface IndexNode {
  readonly kind: 'index';
  readonly document: Document<Index>;
  readonly children: readonly ImageNode[];
  /**
   * Whether images were left out: `children` and `document.value.manifests` are what stays, while bytes and
   * descriptor of the document are those of the whole index. It can be rewritten, but not carried.
   */
  readonly isPartial?: boolean | undefined;
}

/** One runnable image. Has as many layers as its config has diffIds. */
export interface Image {
  readonly kind: 'image';
  readonly document: Document<Manifest>;
  readonly config: Document<Config>;
  /** From the index, or else from its config. */
  readonly platform: Platform;
  /** What options changed of it: `config` is the new one, while the manifest names the old one until it is written. */
  readonly edits?: DocumentEdits | undefined;
}

/** Something in an index that holds no file system: it can be carried, but not slimmed. */
export interface OtherNode {
  readonly kind: 'other';
  /**
   * - `attestation`: BuildKit's provenance or SBOM for the image `subject`
   * - `artifact`: a manifest whose config or layers are not those of an image
   * - `unknown`: another media type; `bytes` are not read then
   */
  readonly role: 'attestation' | 'artifact' | 'unknown';
  readonly descriptor: Descriptor;
  readonly bytes?: Uint8Array | undefined;
  /** Blobs the document names, so that a copy is complete without knowing what they are. */
  readonly blobs: readonly Descriptor[];
  /** Digest of the manifest it is about. */
  readonly subject?: string | undefined;
}

/** All images of a tree, in order. */
export const imagesOf = (node: ImageNode): readonly Image[] => {
  if (node.kind === 'index') return node.children.flatMap(imagesOf);
  return node.kind === 'image' ? [node] : [];
};

/** The same tree with other images. */
export const mapImages = (node: ImageNode, change: (image: Image) => Image): ImageNode => {
  if (node.kind === 'image') return change(node);
  if (node.kind === 'other') return node;
  return { ...node, children: node.children.map((child) => mapImages(child, change)) };
};

/** The image for this platform; where there is but one, that. */
export const imageFor = (images: readonly Image[], platform: Platform): Image | undefined => {
  const name = formatPlatform(platform);
  const [only, ...others] = images;
  return (
    images.find((each) => formatPlatform(each.platform) === name) ??
    (others.length === 0 ? only : undefined)
  );
};

/** Whether images were left out of an index, or of one below it. */
export const isPartial = (node: ImageNode): boolean =>
  node.kind === 'index' && (node.isPartial === true || node.children.some(isPartial));

/** Bytes of all its layers, as stored: what is downloaded. */
export const compressedSizeOf = ({ document }: Pick<Image, 'document'>): number =>
  document.value.layers.reduce((sum, { size }) => sum + size, 0);

/** The descriptor a node was read by. */
export const descriptorOf = (node: ImageNode): Descriptor =>
  node.kind === 'other' ? node.descriptor : node.document.descriptor;
