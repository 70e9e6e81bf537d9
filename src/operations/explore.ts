import type { ExploredImage, ExploredMinimal, ExploreOptions } from '../api/explored.ts';
import { ReslimError } from '../base/errors.ts';
import { imagesOf, type Image } from '../oci/image.ts';
import { formatPlatform } from '../oci/platform.ts';
import { keptFinding, type KeptFinding } from './kept-findings.ts';
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
    return {
      name: source.name,
      digest: image.document.descriptor.digest,
      platform: formatPlatform(image.platform),
      ...(await exploreImage(image, options, { session, source })),
    };
  });

type Explored = Pick<ExploredImage, 'analysis' | 'tree'>;

/** What the cache does not tell is found out, in one pass. */
const exploreImage = async (
  image: Image,
  options: ExploreOptions,
  run: ViewRun,
): Promise<Explored & Pick<ExploredImage, 'minimal'>> => {
  const kept = keptFinding<Explored>('tree', image, run.session);
  const keptMinimal = keptDecisions(image, options, run);
  const known = await kept.find();
  const knownMinimal = await keptMinimal?.find();
  const isMinimalUnknown = options.minimal === true && !knownMinimal;
  if (known && !isMinimalUnknown) return { ...known, ...withMinimal(knownMinimal) };
  // Most of the code of reslim, which an image that is known does without.
  const { exploreNow } = await import('./explore-now.ts');
  const found = await exploreNow(image, run, {
    known,
    minimal: isMinimalUnknown ? options : undefined,
  });
  if (!known) await kept.keep(found.explored);
  if (found.minimal) await keptMinimal?.keep(found.minimal);
  return { ...found.explored, ...withMinimal(found.minimal ?? knownMinimal) };
};

/** What was decided at `minimal` with the same options. Files that these name may have changed since. */
const keptDecisions = (
  image: Image,
  { minimal = false, entries, without, grain, traces = [] }: ExploreOptions,
  { session }: ViewRun,
): KeptFinding<ExploredMinimal> | undefined =>
  minimal && traces.length === 0
    ? keptFinding(JSON.stringify(['minimal', entries, without, grain]), image, session)
    : undefined;

const withMinimal = (minimal: ExploredMinimal | undefined): Pick<ExploredImage, 'minimal'> =>
  minimal ? { minimal } : {};

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
