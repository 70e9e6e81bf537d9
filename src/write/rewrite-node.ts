import { shortDigest, type Descriptor } from '../oci/descriptor.ts';
import type { Recipe } from '../oci/made-from.ts';
import type { Image, ImageNode, IndexNode, OtherNode } from '../oci/image.ts';
import { carryNode } from './carry-node.ts';
import { putBytes, putDocument, type CopyOptions } from './copy-blob.ts';
import { indexTypeFor, rewriteIndex } from './rewrite-index.ts';

export interface RewriteNodeOptions extends CopyOptions {
  /** Writes one image anew; returns the old descriptor where nothing changes. */
  readonly rewriteImage: (image: Image) => Promise<Descriptor>;
  /** Recorded in indexes that change, or lose images. */
  readonly recipe: Recipe;
  readonly onNote: (note: string) => void;
}

/** Rewrites all images below a node and the indexes above them; carries everything else. */
export const rewriteNode = async (
  node: ImageNode,
  options: RewriteNodeOptions,
): Promise<Descriptor> => {
  if (node.kind !== 'other') noteRepair(node, options);
  if (node.kind === 'image') return options.rewriteImage(node);
  return node.kind === 'index' ? rewriteBelow(node, options) : carryNode(node, options);
};

const noteRepair = (
  { kind, document }: Image | IndexNode,
  { onNote }: RewriteNodeOptions,
): void => {
  const { value, descriptor } = document;
  if (value.schemaVersion !== undefined) return;
  const what = kind === 'index' ? 'the index' : 'the manifest';
  onNote(`${what} ${shortDigest(descriptor.digest)} lacks its schemaVersion: the new one has it`);
};

const rewriteBelow = async (index: IndexNode, options: RewriteNodeOptions): Promise<Descriptor> => {
  const children: (Descriptor | undefined)[] = [];
  const replaced = new Set<string>();
  for (const [at, child] of index.children.entries()) {
    if (child.kind === 'other') continue;
    const old = index.document.value.manifests[at] as Descriptor;
    const rewritten = await rewriteNode(child, options);
    children[at] = rewritten;
    if (rewritten.digest !== old.digest) replaced.add(old.digest);
  }
  for (const [at, child] of index.children.entries()) {
    if (child.kind === 'other') children[at] = await carryOrLeave(child, replaced, options);
  }
  const { document } = index;
  const mediaType = indexTypeFor(document, children, options.target);
  const isUnchanged =
    !index.isPartial &&
    document.value.schemaVersion === 2 &&
    mediaType === document.value.mediaType &&
    index.children.every((_, at) => children[at]?.digest === document.value.manifests[at]?.digest);
  if (isUnchanged) {
    await putDocument(document, options);
    return document.descriptor;
  }
  const bytes = rewriteIndex(document, children, { mediaType, recipe: options.recipe });
  const stored = await putBytes(bytes, mediaType, options);
  return { ...document.descriptor, mediaType, ...stored };
};

/** A statement about an image is not true of the image that replaces it, so it is left out. */
const carryOrLeave = async (
  other: OtherNode,
  replaced: ReadonlySet<string>,
  options: RewriteNodeOptions,
): Promise<Descriptor | undefined> => {
  const { subject, descriptor } = other;
  if (subject === undefined || !replaced.has(subject)) return carryNode(other, options);
  options.onNote(
    `${other.role} ${shortDigest(descriptor.digest)} is left out: it speaks of an image that changed`,
  );
  return undefined;
};
