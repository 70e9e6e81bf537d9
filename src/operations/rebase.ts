import type { RebasedImage, RebaseOptions, RebaseResult } from '../api/rebase.ts';
import { ReslimError } from '../base/errors.ts';
import { formatImageName } from '../oci/image-name.ts';
import { imageFor, imagesOf, mapImages, type Image } from '../oci/image.ts';
import { formatPlatform } from '../oci/platform.ts';
import { rebaseImage } from '../rebase/rebase-image.ts';
import type { SwappedImage } from './check-rebased.ts';
import { digestsOf } from './collect-referrers.ts';
import { copyOpened } from './copy.ts';
import { withRoute } from './error-origins.ts';
import { baseImage, openBases, type FindBase } from './find-base.ts';
import { joinedSource } from './joined-source.ts';
import type { SessionSource } from './open-places.ts';
import { withSession, type Session } from './session.ts';
import { refuseEmpty } from './slim-checks.ts';
import { noteReferrersLeft } from './slim-node.ts';

/**
 * Puts the layers of an image on another base, on every platform, without building it again. What these layers need must be
 * there: where the new base lacks something, nothing is written, and the result says what. Rejects with a `ReslimError`;
 * the target then is as it was.
 */
export const rebase = (options: RebaseOptions): Promise<RebaseResult> =>
  withSession(options, async (session) => {
    const { source, next, old, target } = await openAll(options, session);
    const root = await session.read(source);
    refuseEmpty(imagesOf(root), source.name);
    const bases = imagesOf(await session.read(next));
    const asked = { base: options.oldBase, opened: old, flag: '--old' };
    const findBase = await openBases({ ...asked, source, root }, session);

    const swaps = new Map<Image, SwappedImage>();
    const rebased = mapImages(root, (image) => {
      const swapped = swapBase(image, { findBase, bases, next });
      swaps.set(image, swapped);
      return swapped.image;
    });
    const joined = joinedSource(source, next, layersOf(bases));
    const { checkRebased } = await import('./check-rebased.ts');
    const images: RebasedImage[] = [];
    for (const [image, swapped] of swaps)
      images.push(await checkRebased(image, swapped, { source, next, joined, session }));
    noteSettings([...swaps.values()], session);

    const passed = images.every(({ problems }) => problems.length === 0);
    const head = {
      source: { name: source.name, digest: source.root.digest },
      newBase: { name: next.name, digest: next.root.digest },
      passed,
      images,
    };
    if (!target || (!passed && options.force !== true))
      return { ...head, notes: session.notes, durationMs: session.elapsed() };
    const copied = await withRoute(source.name, target.name, () =>
      copyOpened({
        root: rebased,
        source: joined,
        target,
        session,
        options: { source: options.source, target: target.name },
        making: { verb: 'rebase', words: [`new-base=${next.root.digest}`] },
      }),
    );
    if (copied.changed) await noteReferrersLeft(digestsOf(root), source, session);
    return { ...head, target: copied.target, notes: session.notes, durationMs: session.elapsed() };
  });

const openAll = async (options: RebaseOptions, session: Session) => {
  const { source: name, newBase, oldBase, target, inPlace = false, dryRun = false } = options;
  if (!dryRun && target === undefined)
    throw new ReslimError('usage', 'no target is named', {
      hint: '-o TARGET names one, --in-place takes SOURCE, --dry-run writes nothing',
    });
  const { sources, targets } = await session.open({
    sources: [name, newBase, ...baseImage(oldBase)] as [string, string, ...string[]],
    targets: dryRun || target === undefined ? [] : [target],
    combines: 'into-first',
    inPlace,
  });
  const [source, next, old] = sources as unknown as [SessionSource, SessionSource, SessionSource?];
  return { source, next, old, target: targets[0] };
};

const swapBase = (
  image: Image,
  {
    findBase,
    bases,
    next: { reference, name },
  }: {
    readonly findBase: FindBase;
    readonly bases: readonly Image[];
    readonly next: SessionSource;
  },
): SwappedImage => {
  const place = formatPlatform(image.platform);
  const found = findBase(image);
  if (!found)
    throw new ReslimError('usage', `neither annotations nor the history show the base, ${place}`, {
      hint: '--old says what it is: an image, its last layer, or how many layers it has',
    });
  const next = imageFor(bases, image.platform);
  if (!next)
    throw new ReslimError('usage', `the new base has no image for ${place}, ${name}`, {
      hint: `there are images for ${bases.map(({ platform }) => formatPlatform(platform)).join(', ')}`,
    });
  const nextName = reference.kind === 'registry' ? formatImageName(reference.image) : undefined;
  const { layers, image: old } = found;
  return { ...rebaseImage({ image, layers, old, next, nextName }), found, next };
};

const layersOf = (bases: readonly Image[]): ReadonlySet<string> =>
  new Set(bases.flatMap(({ document }) => document.value.layers.map(({ digest }) => digest)));

const noteSettings = (swapped: readonly SwappedImage[], { addNote }: Session): void => {
  if (swapped.some(({ found }) => !found.image))
    addNote(
      'settings stay as they are: which are those of the old base is only known where --old names an image, or annotations do',
    );
};
