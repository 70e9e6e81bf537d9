import type { CopyOptions } from '../api/options.ts';
import type { CopyResult } from '../api/results.ts';
import { DEFAULT_COMPRESSION } from '../api/vocabulary.ts';
import { ReslimError, throwIfAborted } from '../base/errors.ts';
import { VERSION } from '../base/version.ts';
import { readEdits } from '../edits/read-edits.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { descriptorOf, imagesOf, isPartial, type ImageNode } from '../oci/image.ts';
import { digestOf } from '../oci/digest.ts';
import { copyRecipe, withPlatforms, type Recipe } from '../oci/made-from.ts';
import { compressionOf, isDockerType } from '../oci/media-type.ts';
import { EDITS } from '../options/edit-options.ts';
import { recipeWords } from '../options/recipe.ts';
import { carryNode } from '../write/carry-node.ts';
import { rewriteNode } from '../write/rewrite-node.ts';
import { writeEdited } from '../write/write-edited.ts';
import { digestsOf } from './collect-referrers.ts';
import { copyReferrers, refuseReferrersOfEdited } from './copy-referrers.ts';
import { countReads } from './count-reads.ts';
import { editRoot, noteLostAnnotations } from './edit-root.ts';
import { withRoute } from './error-origins.ts';
import type { SessionSource, SessionTarget } from './open-places.ts';
import { plainLayersAs, zstdLayersAs, ZSTD_NOTE } from './plain-layers.ts';
import { recompressNode } from './recompress-node.ts';
import { withSession, type Session } from './session.ts';
import { noteReferrersLeft } from './slim-node.ts';

/**
 * Copies an image with all its platforms from any place to any other. Its bytes, and so its digest,
 * stay the same, unless some platforms of an index are left out, documents are edited, or layers are compressed in another
 * way: on request, or because the source keeps them decompressed. Rejects with a `ReslimError`; the target then is as it was.
 */
export const copy = (options: CopyOptions): Promise<CopyResult> =>
  withSession(options, async (session) => {
    const { referrers = false } = options;
    const edits = readEdits(options.edits);
    if (referrers) refuseChanges(options, edits !== undefined);
    const { sources, targets } = await session.open({
      sources: [options.source],
      targets: [options.target],
      referrers,
    });
    const [[source], [target]] = [sources, targets];
    const readEdited = async () => editRoot(await session.read(source), edits, session);
    noteLostAnnotations(edits, targets, session);
    return withRoute(source.name, target.name, async () =>
      copyOpened({ root: await readEdited(), source, target, session, options }),
    );
  });

/** A copy whose places are open, and whose documents were read. */
export interface OpenedCopy extends CopyNodeOptions {
  readonly root: ImageNode;
}

/** Copies between open places. Rejects as `copy` does. */
export const copyOpened = async ({ root, ...copying }: OpenedCopy): Promise<CopyResult> => {
  const { source, target, session, options } = copying;
  session.onEvent({ type: 'stage', stage: 'write' });
  const written = await copyNode(root, copying);
  const { referrers = false } = options;
  const count = referrers ? (await copyReferrers(digestsOf(root), copying)).found : 0;
  if (referrers && isPartial(root)) await noteReferrersLeft([source.root.digest], source, session);
  throwIfAborted(session.signal);
  session.onEvent({ type: 'stage', stage: 'commit' });
  await target.commit(written);
  return {
    source: { name: source.name, digest: source.root.digest },
    target: { name: target.name, digest: written.digest },
    changed: written.digest !== descriptorOf(root).digest,
    referrers: count,
    edits: imagesOf(root).flatMap(({ edits }) => edits?.applied ?? []),
    notes: session.notes,
    durationMs: session.elapsed(),
  };
};

interface CopyNodeOptions {
  readonly source: SessionSource;
  readonly target: SessionTarget;
  readonly session: Session;
  readonly options: CopyOptions;
  /** How documents that changed were made, for their recipe. @default by a copy with these edits */
  readonly making?: Making | undefined;
}

/** The verb that makes an image, and what the result depends on beside the source. */
interface Making {
  readonly verb: string;
  readonly words: readonly string[];
}

/** Carries all bytes as they are, or only the documents above layers that are compressed anew. */
const copyNode = async (
  root: ImageNode,
  { source, target, session, options, making }: CopyNodeOptions,
): Promise<Descriptor> => {
  const writing = { source: countReads(source, root, session), target, signal: session.signal };
  const compression = compressionFor(root, { source, target, session, options });
  if (compression === undefined) {
    if (target.isOciOnly && isDockerType(mediaTypeOf(root))) session.addNote(DOCKER_IN_LAYOUT);
    if (!isPartial(root) && !isEdited(root)) return carryNode(root, writing);
    const recipe = making ? { text: textOf(making) } : editedRecipe(options);
    return rewriteNode(root, {
      ...writing,
      recipe: isEdited(root)
        ? withPlatforms(recipe, session.platforms)
        : copyRecipe(session.platforms ?? []),
      onNote: session.addNote,
      rewriteImage: (image) =>
        image.edits ? writeEdited(image, recipe, writing) : carryNode(image, writing),
    });
  }
  return recompressNode(root, {
    ...writing,
    compression,
    level: options.compressionLevel,
    ...(making ?? copyMaking(options)),
    session,
  });
};

/** Whether edits change any image of it. */
export const isEdited = (root: ImageNode): boolean =>
  imagesOf(root).some(({ edits }) => edits !== undefined);

const copyMaking = (options: CopyOptions): Making => ({
  verb: 'copy',
  words: recipeWords(EDITS, options),
});

/** The recipe of images that a copy edits. Its text has no values, which may be secret; its digest covers them. */
export const editedRecipe = (options: CopyOptions): Recipe => {
  const text = textOf(copyMaking(options));
  return { text, digest: digestOf(Buffer.from(JSON.stringify([text, options.edits]))) };
};

const textOf = ({ verb, words }: Making): string =>
  [`reslim ${VERSION} ${verb}`, ...words].join(' ');

const DOCKER_IN_LAYOUT =
  "skopeo and Podman find no image of Docker's media types there: reslim SOURCE -o TARGET gives it OCI's";

const mediaTypeOf = (root: ImageNode): string =>
  (root.kind === 'other' ? root : root.document).descriptor.mediaType;

/** `undefined` to leave all layers as they are. */
const compressionFor = (
  root: ImageNode,
  { source, target, session, options }: CopyNodeOptions,
): CopyOptions['compression'] => {
  const { compression, compressionLevel } = options;
  const targets = [target.reference.kind];
  if (
    zstdLayersAs(source.kind, targets) === 'gzip' &&
    (compression === 'zstd' ||
      compression === 'zstd:chunked' ||
      (compression === undefined && hasZstd(root)))
  ) {
    session.addNote(ZSTD_NOTE);
    return 'gzip';
  }
  if (compression !== undefined || compressionLevel !== undefined)
    return compression ?? DEFAULT_COMPRESSION;
  const plainAs = plainLayersAs(source.kind, targets);
  return plainAs === 'none' ? undefined : plainAs;
};

const hasZstd = (root: ImageNode): boolean =>
  imagesOf(root).some(({ document }) =>
    document.value.layers.some(({ mediaType }) => compressionOf(mediaType) === 'zstd'),
  );

/** Referrers name an image by its digest, which changes with its documents, and when its layers are compressed anew. */
const refuseChanges = ({ compression, compressionLevel }: CopyOptions, edits: boolean): void => {
  if (edits) refuseReferrersOfEdited();
  if (compression === undefined && compressionLevel === undefined) return;
  throw new ReslimError('usage', 'referrers cannot be copied when layers are compressed again', {
    hint: 'leave out --referrers, or --compression',
  });
};
