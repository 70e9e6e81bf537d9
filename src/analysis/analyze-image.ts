import type {
  AnalyzedFile,
  AnalyzedLayer,
  ImageAnalysis,
  PrivilegedFile,
} from '../api/analysis.ts';
import { SETUID_SETGID } from '../api/vocabulary.ts';
import { groupBy } from '../base/group-by.ts';
import { sum } from '../base/sum.ts';
import type { SystemPackages } from '../ecosystems/system-package.ts';
import type { Layer } from '../layer/layer.ts';
import type { LayerName } from '../oci/layer-names.ts';
import type { OpenFile } from '../tree/open-file.ts';
import type { Tree } from '../tree/squash.ts';
import { readWhiteout } from '../tree/whiteout.ts';
import { openContents } from './contents.ts';
import { bySize, findWaste, sumWaste } from './find-waste.ts';
import { largestFolders } from './largest-folders.ts';
import { showNode, sortStoredFiles, type UsedFile } from './stored-files.ts';
import { weighPackages, type WeighedPackages } from './weigh-packages.ts';

/** What is analyzed of an image: its layers and its merged file system. */
export interface AnalyzeInput {
  readonly layers: readonly Layer[];
  readonly names: readonly LayerName[];
  readonly tree: Tree;
  readonly open: OpenFile;
  /** What the package databases say. */
  readonly system: SystemPackages;
}

/** An image with everything that can be told without judging its files. */
export interface AnalyzedImage {
  readonly analysis: Omit<ImageAnalysis, 'secrets' | 'savings'>;
  readonly packages: WeighedPackages;
}

/** Files that are listed among the largest. */
const TOP = 20;

/** Finds out where the bytes of an image are. Reads all files that may be copies of others. */
export const analyzeImage = async ({
  layers,
  names,
  tree,
  open,
  system,
}: AnalyzeInput): Promise<AnalyzedImage> => {
  const stored = sortStoredFiles(layers, tree);
  const used = [...stored.used.values()];
  const wasted = await findWaste(stored, openContents(layers));
  const packages = await weighPackages(tree, system, open);
  const waste = sumWaste(wasted);
  const fileSize = sum(used.map(({ entry }) => entry.bodySize));
  const contentSize = fileSize + sum(stored.hidden.map(({ entry }) => entry.bodySize));
  const usedOf = groupBy(used, ({ entry }) => entry.layer);
  const wastedOf = groupBy(wasted, ({ layer }) => layer);
  const analysis = {
    compressedSize: sum(layers.map(({ descriptor }) => descriptor.size)),
    unpackedSize: sum(layers.map(({ bytes }) => bytes.size)),
    contentSize,
    files: tree.nodes.filter(({ children }) => !children).length,
    fileSize,
    waste,
    efficiency: contentSize === 0 ? 1 : (contentSize - waste.total) / contentSize,
    layers: layers.map((layer, at): AnalyzedLayer => {
      const name = names[at] as LayerName;
      return {
        ...name,
        digest: layer.descriptor.digest,
        diffId: layer.diffId,
        mediaType: layer.descriptor.mediaType,
        compressedSize: layer.descriptor.size,
        unpackedSize: layer.bytes.size,
        ownSize: sum((usedOf.get(at) ?? []).map(({ entry }) => entry.bodySize)),
        waste: sumWaste(wastedOf.get(name.number) ?? []),
        entries: layer.entries.filter((entry) => !readWhiteout(entry)).length,
      };
    }),
    wasted,
    folders: largestFolders(tree.nodes),
    largestFiles: used
      .map(describeFile)
      .filter(({ size }) => size > 0)
      .sort(bySize)
      .slice(0, TOP),
    packages: packages.list,
    setuid: used.flatMap(describePrivileged).sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
  return { analysis, packages };
};

const describeFile = ({ entry, nodes }: UsedFile): AnalyzedFile => ({
  path: showNode(nodes[0]),
  size: entry.bodySize,
  layer: entry.layer + 1,
});

const describePrivileged = (file: UsedFile): PrivilegedFile[] => {
  const { mode } = file.entry;
  return mode & SETUID_SETGID ? [{ ...describeFile(file), mode: mode.toString(8) }] : [];
};
