import type { MirrorJobSettings } from '../api/mirror.ts';
import type { SlimOptions } from '../api/options.ts';
import { sum } from '../base/sum.ts';
import { isMadeBefore, keepMade } from './made-before.ts';
import { makingOf, type Making } from './making.ts';
import type { MirrorMethod, MirrorPlaces } from './mirror-method.ts';
import { openSlimMeans, planOf, slimOpened } from './slim.ts';
import type { Session } from './session.ts';

/** Slims images. The target is current if it was made from the same source by the same recipe. */
export const slimMethod = async (
  { slim = {}, edits }: MirrorJobSettings,
  session: Session,
): Promise<MirrorMethod> => {
  const options: SlimOptions = {
    ...slim,
    ...((edits ?? slim.edits) && { edits: { ...edits, ...slim.edits } }),
    source: '',
    force: true,
  };
  const means = await openSlimMeans(options, session);
  const making = ({ source, target }: MirrorPlaces): Making =>
    makingOf(source, planOf(means, source, [target]).recipe, session);
  return {
    isCurrent: (places, existing) => isMadeBefore(existing, making(places), session),
    apply: async (places, root) => {
      const { source, target } = places;
      const { images, ...result } = await slimOpened({
        ...means,
        source,
        targets: [target],
        root,
        seeksReferrers: false,
      });
      const { digest } = result.target ?? source.root;
      await keepMade(digest, making(places), session);
      return {
        digest,
        sourceSize: sum(images.map((image) => image.source.compressedSize)),
        targetSize: sum(images.map((image) => (image.target ?? image.source).compressedSize)),
      };
    },
  };
};
