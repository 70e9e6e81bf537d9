import type { RebasedImage } from '../api/rebase.ts';
import type { Image } from '../oci/image.ts';
import { formatPlatform } from '../oci/platform.ts';
import type { ImageSource } from '../oci/store.ts';
import { checkSwap } from '../rebase/check-swap.ts';
import type { RebasedDocuments } from '../rebase/rebase-image.ts';
import type { FoundBase } from './find-base.ts';
import type { Session } from './session.ts';
import { withViews } from './with-view.ts';

/** An image on its new base, not written yet. */
export interface SwappedImage extends RebasedDocuments {
  readonly found: FoundBase;
  readonly next: Image;
}

/** Where the layers of the images lie: of the one as it was, of the new base, and of both together. */
export interface CheckRun {
  readonly source: ImageSource;
  readonly next: ImageSource;
  readonly joined: ImageSource;
  readonly session: Session;
}

/** What became of an image, and what it lacks on its new base: for that, all layers are read. */
export const checkRebased = async (
  image: Image,
  { image: rebased, found, next, settings }: SwappedImage,
  run: CheckRun,
): Promise<RebasedImage> => {
  const { session } = run;
  const platform = formatPlatform(image.platform);
  const head = {
    platform,
    source: image.document.descriptor.digest,
    how: found.how,
    layers: {
      old: found.layers,
      new: next.document.value.layers.length,
      own: image.document.value.layers.length - found.layers,
    },
    settings,
  };
  const isWindows = image.platform.os === 'windows';
  if (rebased === image) session.addNote(`${platform} is on this base already`);
  else if (isWindows)
    session.addNote(`${platform} is not checked: reslim does not look into Windows layers`);
  if (rebased === image || isWindows) return { ...head, problems: [], hidden: [] };
  const places = [
    { image: rebased, source: run.joined },
    { image, source: run.source },
    { image: next, source: run.next },
  ];
  const checked = await withViews(places, session, async ([after, before, base]) => {
    if (!after || !before || !base) throw new Error('a view for each place');
    session.onEvent({ type: 'stage', stage: 'verify', platform });
    return checkSwap({ before, oldLayers: found.layers, after, base }, session.signal);
  });
  return { ...head, ...checked };
};
