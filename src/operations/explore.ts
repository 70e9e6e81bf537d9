import type { ExploredImage, ExploreOptions } from '../api/explored.ts';
import { ReslimError } from '../base/errors.ts';
import { imagesOf, type Image } from '../oci/image.ts';
import { formatPlatform } from '../oci/platform.ts';
import { keptFinding } from './kept-findings.ts';
import { withSession } from './session.ts';
import type { ViewRun } from './with-view.ts';

/**
 * Finds out all there is to know of each file of an image: who has it, who needs it, what each level would do with it,
 * what is wasted. All layers are read, unless an earlier run did that and the cache tells.
 */
export const explore = (options: ExploreOptions): Promise<ExploredImage> =>
  withSession(options, async (session) => {
    const { sources } = await session.open({ sources: [options.source] });
    const [source] = sources;
    const image = chooseImage(imagesOf(await session.read(source)), source.name);
    const { analysis, tree } = await exploreImage(image, { session, source });
    return {
      name: source.name,
      digest: image.document.descriptor.digest,
      platform: formatPlatform(image.platform),
      analysis,
      tree,
    };
  });

type Explored = Pick<ExploredImage, 'analysis' | 'tree'>;

const exploreImage = async (image: Image, run: ViewRun): Promise<Explored> => {
  const kept = keptFinding<Explored>('tree', image, run.session);
  const known = await kept.find();
  if (known) return known;
  // Most of the code of reslim, which an image that is known does without.
  const { exploreNow } = await import('./explore-now.ts');
  const explored = await exploreNow(image, run);
  await kept.keep(explored);
  return explored;
};

/** The only image, or that of this kind of machine. */
const chooseImage = (images: readonly Image[], place: string): Image => {
  const here = `linux/${{ x64: 'amd64', ia32: '386' }[process.arch as string] ?? process.arch}`;
  const own = images.find(({ platform }) => formatPlatform(platform).startsWith(here));
  const chosen = images.length > 1 ? own : images[0];
  if (chosen) return chosen;
  const [code, what] =
    images.length === 0
      ? (['not-found', 'there is no image'] as const)
      : (['usage', `there are ${images.length} images`] as const);
  throw new ReslimError(code, `${what}, ${place}`, {
    ...(images.length > 0 && {
      hint: `choose one with --platform: ${images.map(({ platform }) => formatPlatform(platform)).join(', ')}`,
    }),
  });
};
