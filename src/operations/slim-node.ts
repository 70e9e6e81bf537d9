import type { CheckedImage } from '../api/check.ts';
import type { ImageReport } from '../api/results.ts';
import { sum } from '../base/sum.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { Image, ImageNode } from '../oci/image.ts';
import { withPlatforms } from '../oci/made-from.ts';
import { formatPlatform } from '../oci/platform.ts';
import { carryNode } from '../write/carry-node.ts';
import { rewriteNode } from '../write/rewrite-node.ts';
import { writeEdited } from '../write/write-edited.ts';
import { referrersTo } from './collect-referrers.ts';
import type { ComplementOutcome } from './complement-outcome.ts';
import type { SessionSource } from './open-places.ts';
import type { Session } from './session.ts';
import type { SlimRun } from './slim-run.ts';
import { slimOrReplay } from './slim-or-replay.ts';

/** What came of all images of an index, or of one image. */
export interface SlimmedNode {
  readonly written: Descriptor;
  readonly images: readonly ImageReport[];
  /** In dry runs with a budget: how what would be written keeps it. */
  readonly checked: readonly CheckedImage[];
  /** Manifests and indexes of the source that the target has in another form. */
  readonly replaced: readonly Digest[];
  /** With the option `complement`: what was written beside, with what it takes there. */
  readonly complement: ComplementOutcome | undefined;
}

/** Slims each image below a root and rewrites the indexes above them. */
export const slimNode = async (root: ImageNode, run: SlimRun): Promise<SlimmedNode> => {
  const { source, target, session } = run;
  const writing = { source, target, signal: session.signal };
  const images: ImageReport[] = [];
  const checked: CheckedImage[] = [];
  const replaced = new Set<Digest>();
  const complements = new Map<Digest, ComplementOutcome>();
  const rewriteImage = async (image: Image): Promise<Descriptor> => {
    if (image.platform.os === 'windows') {
      const platform = formatPlatform(image.platform);
      session.addNote(`${platform} is carried as it is: reslim does not slim Windows layers`);
      return image.edits ? writeEdited(image, run.recipe, writing) : carryNode(image, writing);
    }
    const { report, notes, written, expected, complement } = await slimOrReplay(image, run);
    for (const note of notes) session.addNote(note);
    images.push(report);
    if (expected) checked.push(expected);
    if (complement) complements.set(image.document.descriptor.digest, complement);
    const before = image.document.descriptor;
    const after = written?.descriptor ?? before;
    if (after.digest !== before.digest) replaced.add(before.digest);
    return after;
  };
  const written = await rewriteNode(root, {
    ...writing,
    recipe: withPlatforms(run.recipe, session.platforms),
    onNote: session.addNote,
    rewriteImage,
  });
  if (written.digest !== source.root.digest) replaced.add(source.root.digest);
  const complement = await writeComplements(complements, run);
  return { written, images, checked, replaced: [...replaced], complement };
};

/** Puts what was written beside each image into an index as the source has it, and sums up. */
const writeComplements = async (
  complements: ReadonlyMap<Digest, ComplementOutcome>,
  { source, target, session, complement, options }: SlimRun,
): Promise<ComplementOutcome | undefined> => {
  if (!complement) return undefined;
  const bytes = sum([...complements.values()].map((each) => each.bytes));
  if (options.dryRun) return { bytes };
  const writing = { source, target, signal: session.signal };
  const descriptor = await rewriteNode(complement.root, {
    ...writing,
    recipe: withPlatforms(complement.recipe, session.platforms),
    // The new image has the same to note.
    onNote: () => {},
    rewriteImage: async (image) =>
      complements.get(image.document.descriptor.digest)?.descriptor ?? carryNode(image, writing),
  });
  return { descriptor, bytes };
};

/** Referrers name the digest of the old image: they are not true of the new one, and stay behind. */
export const noteReferrersLeft = async (
  replaced: readonly Digest[],
  source: SessionSource,
  { limits, addNote }: Session,
): Promise<void> => {
  // A run that is all but done does not fail because a list of referrers cannot be read.
  const { length } = await referrersTo(replaced, source, limits).catch(() => []);
  if (length === 0) return;
  const what = length === 1 ? '1 signature or attestation' : `${length} signatures or attestations`;
  addNote(`${what} of the source stay there: the new image has another digest`);
};
