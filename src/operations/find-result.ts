import { inParallel } from '../base/concurrency.ts';
import type { Limits } from '../base/limits.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { ImageNode, IndexNode } from '../oci/image.ts';
import { madeFromOf, readMadeFrom, type MadeFrom } from '../oci/made-from.ts';
import { readIndex, readManifest } from '../oci/manifest.ts';
import { DOCKER, isIndexType, isManifestType } from '../oci/media-type.ts';
import type { ImageSource } from '../oci/store.ts';
import { readVerified } from '../oci/verified.ts';
import type { ExistingImage } from '../transport/open-existing.ts';
import { readImage } from '../transport/read-image.ts';

/** What would be made: from which image, with which recipe. */
export interface ExpectedResult {
  /** The image, or the image of an index, that would be read. */
  readonly source: Descriptor;
  /** There is no result to find without. */
  readonly recipe: Digest | undefined;
  /** Of the images of an index. */
  readonly recipeOfImages: Digest | undefined;
  /** Reads what of an index would be read. */
  readonly children: () => Promise<readonly Descriptor[]>;
}

export interface FindResultOptions {
  readonly limits: Limits;
  readonly signal: AbortSignal | undefined;
}

/**
 * The image that a place has, where that is what slimming the source would make: its documents record the
 * digest of the source and the same recipe, and its blobs are there. Costs a request for each document and a few for
 * blobs; where the image is another one, only a request or two.
 */
export const findResult = async (
  existing: ExistingImage,
  expected: ExpectedResult,
  { limits, signal }: FindResultOptions,
): Promise<ImageNode | undefined> => {
  const { root } = existing;
  const read = (descriptor: Descriptor, { open }: Pick<ImageSource, 'open'>) =>
    readVerified(open(descriptor, { signal }), descriptor, limits.documentSize);
  if (!isIndexType(root.mediaType) && !isManifestType(root.mediaType)) return undefined;
  const bytes = await read(root, existing);
  const annotated = annotationsOf(root, bytes);
  if (annotated && !fits(readMadeFrom(annotated), root, expected)) return undefined;
  const node = await readImage(withDocument(existing, root, bytes), { limits, signal });
  if (!annotated) {
    if (node.kind !== 'index' && !fits(madeFromOf(node), root, expected)) return undefined;
    if (node.kind === 'index') {
      if (expected.source.mediaType !== DOCKER.index) return undefined;
      if (!childrenFit(node, await expected.children(), expected)) return undefined;
    }
  }
  return (await isComplete(existing, node)) ? node : undefined;
};

/** Docker's manifests and indexes have no annotations; their configs say what these would. */
const annotationsOf = ({ mediaType }: Descriptor, bytes: Uint8Array) => {
  if (mediaType === DOCKER.index || mediaType === DOCKER.manifest) return undefined;
  const readDocument = isIndexType(mediaType) ? readIndex : readManifest;
  return readDocument(bytes, mediaType, 'the target').annotations;
};

/** An image that the same recipe made would come out of it as it is. */
const fits = (
  madeFrom: MadeFrom | undefined,
  { digest }: Descriptor,
  { source, recipe }: Pick<ExpectedResult, 'source' | 'recipe'>,
): boolean =>
  recipe !== undefined &&
  madeFrom?.recipeDigest === recipe &&
  (madeFrom.source === source.digest || digest === source.digest);

const childrenFit = (
  { children }: IndexNode,
  sources: readonly Descriptor[],
  expected: ExpectedResult,
): boolean =>
  children.length === sources.length &&
  children.every((child, at) => {
    const source = sources[at];
    if (child.kind !== 'image' || !source) return false;
    const { recipeOfImages: recipe } = expected;
    return fits(madeFromOf(child), child.document.descriptor, { source, recipe });
  });

/** The same image, with a document that was read before. */
const withDocument = (
  existing: ExistingImage,
  { digest }: Descriptor,
  bytes: Uint8Array,
): ExistingImage => ({
  ...existing,
  open: (descriptor, options) =>
    descriptor.digest === digest ? once(bytes) : existing.open(descriptor, options),
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/**
 * Documents were read; what remains are layers and what is in no file system. A registry takes no manifest before it has
 * the blobs, and loses none alone: it is asked for the largest ones only. On a disk a look costs nothing.
 */
const isComplete = async (existing: ExistingImage, node: ImageNode): Promise<boolean> => {
  const blobs = new Map(
    blobsOf(node)
      .filter(({ urls }) => !urls)
      .map((blob) => [blob.digest, blob]),
  );
  const bySize = [...blobs.values()].toSorted((a, b) => b.size - a.size);
  const asked = existing.locate ? bySize : bySize.slice(0, MOST_ASKED);
  const jobs = asked.map((blob) => () => existing.has(blob));
  return (await inParallel(jobs, () => {}, WIDTH)).every(Boolean);
};

const WIDTH = 4;

/** Blobs that a registry is asked for: with these, and with logins, ten requests do for an image. */
const MOST_ASKED = 2;

const blobsOf = (node: ImageNode): readonly Descriptor[] => {
  if (node.kind === 'index') return node.children.flatMap(blobsOf);
  return node.kind === 'image' ? node.document.value.layers : node.blobs;
};
