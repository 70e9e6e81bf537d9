import type { AnalyzedPackage } from '../api/analysis.ts';
import type { DiffSide, ImageDiff } from '../api/diff.ts';
import type { DiffOptions } from '../api/options.ts';
import type { DiffPart } from '../api/vocabulary.ts';
import { weighPackages, type WeighedPackages } from '../analysis/weigh-packages.ts';
import { compareConfig } from '../comparison/compare-config.ts';
import { compareFiles, type ComparedFiles, type FilesDiff } from '../comparison/compare-files.ts';
import { compareHistory } from '../comparison/compare-history.ts';
import { compareLayers, measureDownload } from '../comparison/compare-layers.ts';
import { comparePackages } from '../comparison/compare-packages.ts';
import type { ImageView } from '../image/image-view.ts';
import { compressedSizeOf, type Image } from '../oci/image.ts';
import { formatPlatform } from '../oci/platform.ts';
import { categorize } from '../rules/categorize.ts';
import { matchGlobs } from '../rules/match-globs.ts';
import type { OpenedSource } from '../transport/opened-source.ts';
import { readsLayers } from './diff-parts.ts';
import type { Session } from './session.ts';
import { withViews } from './with-view.ts';

/** An image, and the place it is in. */
export interface PlacedImage {
  readonly image: Image;
  readonly source: OpenedSource;
}

export interface DiffRun {
  readonly session: Session;
  readonly options: DiffOptions;
  readonly parts: readonly DiffPart[];
}

/** Compares two images: documents, then layers → trees → files, unless it is the same image or nothing of them is asked for. */
export const diffImages = async (
  before: PlacedImage,
  after: PlacedImage,
  run: DiffRun,
): Promise<ImageDiff> => {
  const [old, now] = [before.image, after.image];
  const isSame = digestOf(old) === digestOf(now);
  const isRead = !isSame && readsLayers(run.parts);
  const seen = isRead ? await compareViews(before, after, run) : NOTHING;
  const documents = compareDocuments(old, now, run);
  const { sides, ...files } = seen;
  const differences = { ...files, ...documents };
  return {
    platform: formatPlatform(now.platform),
    same: isSame || isEmpty(differences, run),
    before: { ...sideOf(old), ...sides?.[0] },
    after: { ...sideOf(now), ...sides?.[1] },
    download: measureDownload(old, now, [before, after].some(isUnpacked) ? 'byDiffId' : 'byDigest'),
    ...differences,
  };
};

type Documents = Pick<ImageDiff, 'config' | 'history' | 'layers'>;

const compareDocuments = (before: Image, after: Image, { parts, options }: DiffRun): Documents => {
  const { semantic = false } = options;
  const has = (part: DiffPart): boolean => parts.includes(part);
  const [old, now] = [before.config.value, after.config.value];
  return {
    config: has('config') ? compareConfig(before, after, { semantic }) : [],
    history: has('history') ? compareHistory(old.history, now.history) : [],
    layers: has('layers') ? compareLayers(before, after) : [],
  };
};

/** Of images with different manifests. All was compared unless something limits it: then the digests tell. */
const isEmpty = (
  { files, packages, config, history, layers }: Documents & Pick<ImageDiff, 'files' | 'packages'>,
  { options: { semantic, parts = [], paths = [] } }: DiffRun,
): boolean =>
  [files, packages, config, history, layers].every((list) => list.length === 0) &&
  (semantic === true || parts.length > 0 || paths.length > 0);

/** What is found out from layers. */
interface SeenDiff extends FilesDiff, Pick<ImageDiff, 'packages'> {
  readonly sides?: readonly Pick<DiffSide, 'unpackedSize' | 'files'>[];
}

const NOTHING: SeenDiff = { files: [], totals: [], packages: [], categories: [], folders: [] };

const compareViews = (
  before: PlacedImage,
  after: PlacedImage,
  { session, options, parts }: DiffRun,
): Promise<SeenDiff> =>
  withViews([before, after], session, async (views) => {
    const [old, now] = await seeBoth(views, options.paths ?? []);
    const found = await compareFiles(old, now, {
      parts: new Set(parts),
      times: !options.semantic,
      signal: session.signal,
    });
    const packages = parts.includes('packages') ? comparePackages(old.packages, now.packages) : [];
    return { ...found, packages, sides: views.map(measure) };
  });

interface SeenFiles extends ComparedFiles {
  readonly packages: WeighedPackages['list'];
}

const seeBoth = async (
  views: readonly ImageView[],
  paths: readonly string[],
): Promise<readonly [before: SeenFiles, after: SeenFiles]> => {
  const [before, after] = views as readonly [ImageView, ImageView];
  return [await seeFiles(before, paths), await seeFiles(after, paths)];
};

/** The files of an image, with what is known of each. */
const seeFiles = async (
  { layers, tree, open, systemPackages }: ImageView,
  paths: readonly string[],
): Promise<SeenFiles> => {
  const { root, nodes } = tree();
  const packages = await weighPackages(tree(), await systemPackages(), open);
  const categories = await categorize(root, nodes);
  const matched = new Set([...matchGlobs(paths, nodes).values()].flat());
  return {
    layers,
    root,
    isCounted: (node) => paths.length === 0 || matched.has(node),
    categoryOf: (node) => categories.get(node) ?? packageCategory(packages.ownerOf(node)),
    packageOf: packages.ownerOf,
    packages: packages.list,
  };
};

const packageCategory = (owner: AnalyzedPackage | undefined): string =>
  owner ? `${owner.type}-package` : 'other';

const measure = ({ layers, tree }: ImageView): Pick<DiffSide, 'unpackedSize' | 'files'> => ({
  unpackedSize: layers.reduce((total, { bytes }) => total + bytes.size, 0),
  files: tree().nodes.filter(({ children }) => !children).length,
});

const sideOf = (image: Image): DiffSide => ({
  digest: image.document.descriptor.digest,
  compressedSize: compressedSizeOf(image),
  layers: image.document.value.layers.length,
});

const digestOf = ({ document }: Image): string => document.descriptor.digest;

/** Engines store layers unpacked, and their archives hold them so: no registry knows their digests. */
const isUnpacked = ({ source }: PlacedImage): boolean =>
  source.kind === 'docker-daemon' || source.kind === 'docker-archive';
