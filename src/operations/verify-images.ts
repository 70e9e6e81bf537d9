import type { VerifiedImage, VerifyResult } from '../api/verify.ts';
import { pairImages } from '../comparison/pair-images.ts';
import type { ImageView } from '../image/image-view.ts';
import type { Digest } from '../oci/digest.ts';
import { descriptorOf, imagesOf, type Image, type ImageNode } from '../oci/image.ts';
import { formatPlatform } from '../oci/platform.ts';
import type { ImageSource } from '../oci/store.ts';
import { verifyViews } from '../verification/verify-views.ts';
import type { Session } from './session.ts';
import { withViews } from './with-view.ts';

/** An image or an index, with its documents read. */
export interface ReadImage {
  readonly source: ImageSource;
  readonly root: ImageNode;
}

/** Verifies each image of the slim one that the original has for the same platform. */
export const verifyImages = async (
  original: ReadImage,
  slim: ReadImage,
  session: Session,
): Promise<VerifyResult> => {
  const { pairs, onlyBefore, onlyAfter } = pairImages(imagesOf(original.root), imagesOf(slim.root));
  const notes = onlyBefore.map(
    ({ platform }) => `${formatPlatform(platform)} is only in the original`,
  );
  notes.forEach(session.addNote);
  const images: VerifiedImage[] = [];
  for (const [before, after] of pairs)
    images.push(
      await verifyImage(
        { image: before, source: original.source },
        { image: after, source: slim.source },
        session,
      ),
    );
  const onlySlim = onlyAfter.map(({ platform }) => formatPlatform(platform));
  return {
    original: nameOf(original),
    slim: nameOf(slim),
    passed: onlySlim.length === 0 && images.every(({ passed }) => passed),
    images,
    onlySlim,
    notes,
  };
};

const nameOf = ({ source, root }: ReadImage) => ({
  name: source.name,
  digest: descriptorOf(root).digest,
});

interface PlacedImage {
  readonly image: Image;
  readonly source: ImageSource;
}

const verifyImage = async (
  original: PlacedImage,
  slim: PlacedImage,
  session: Session,
): Promise<VerifiedImage> => {
  const [before, after] = [original, slim].map(({ image }) => image.document.descriptor.digest) as [
    Digest,
    Digest,
  ];
  const platform = formatPlatform(slim.image.platform);
  const head = { platform, original: before, slim: after };
  if (before === after) return { ...head, ...IDENTICAL };
  const found = await withViews([original, slim], session, (views) => {
    session.onEvent({ type: 'stage', stage: 'verify', platform });
    const [old, now] = views as readonly [ImageView, ImageView];
    return verifyViews(old, now, session.signal);
  });
  return { ...head, ...found };
};

/** One image under two names has nothing to compare. */
const IDENTICAL = { passed: true, checks: [], differences: [], changed: [] } as const;
