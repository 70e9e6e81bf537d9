import type { BytePath } from '../base/byte-path.ts';
import type { FactQuery, Facts } from '../facts/facts.ts';
import { gatherFacts } from '../facts/gather-facts.ts';
import { readSystemPackages } from '../facts/system-packages.ts';
import { findRecordedTimes, type RecordedTimes } from '../facts/recorded-times.ts';
import type { Layer } from '../layer/layer.ts';
import type { Image } from '../oci/image.ts';
import { formatLayerName, type LayerName } from '../oci/layer-names.ts';
import type { Node } from '../tree/node.ts';
import { fileOpener, type FileAt } from '../tree/open-file.ts';
import { resolvePath } from '../tree/resolve.ts';
import { squashLayers, type Tree } from '../tree/squash.ts';
import { openLayers, type OpenLayersOptions, type TempUse } from './open-layers.ts';

export type { RecordedTimes };

/**
 * One image with all its layers read: its documents, its files and what they say. Several views can be
 * open at the same time, of the same image or of different ones.
 */
export interface ImageView {
  readonly image: Image;
  /** Base first, as in the manifest. */
  readonly layers: readonly Layer[];
  /** What each layer is called in messages. */
  readonly names: readonly LayerName[];
  /** What its layers took of the temp folder. */
  readonly temp: TempUse;
  /**
   * The merged file system, and the files that upper layers hide. Merged at the first call. Throws
   * `invalid-image` for layers that no runtime can apply, and `limit`.
   */
  readonly tree: () => Tree;
  /** What the package databases say, read once. */
  readonly systemPackages: () => Promise<Facts['packages']>;
  /** What the files say. The same query is answered once. */
  readonly facts: (query: FactQuery) => Promise<Facts>;
  /** Entries that stay and must keep their time, though it is after `after`. */
  readonly recordedTimes: (
    nodes: readonly Node[],
    after: number,
    facts: Facts,
  ) => Promise<RecordedTimes>;
  /** Opens a file of the merged tree; a path is followed through symlinks as in a container. */
  readonly open: (file: Node | BytePath) => FileAt | undefined;
  /**
   * Settles when all bytes that came from the cache were found to be right: wait for it before results are
   * shown. Rejects with `DamagedCache`.
   */
  readonly verify: () => Promise<void>;
  /** Closes the layers. Never rejects. */
  readonly close: () => Promise<void>;
}

/** Reads the layers of an image. Rejects as `openLayers` does. */
export const openImage = async (image: Image, options: OpenLayersOptions): Promise<ImageView> => {
  const { layers, names, temp, verify, close } = await openLayers(image, options);
  const config = image.config.value;
  const openNode = fileOpener(layers);
  const known = new Map<FactQuery, Promise<Facts>>();
  let packages: Promise<Facts['packages']> | undefined;
  let merged: Tree | undefined;
  const tree = (): Tree =>
    (merged ??= squashLayers(
      layers.map(({ entries }) => entries),
      options.limits,
      names.map(formatLayerName),
    ));
  const systemPackages = (): Promise<Facts['packages']> =>
    (packages ??= readSystemPackages(tree().root, openNode));
  const gather = async (query: FactQuery): Promise<Facts> =>
    gatherFacts(
      { root: tree().root, config, open: openNode, packages: await systemPackages() },
      query,
    );
  return {
    image,
    layers,
    names,
    temp,
    tree,
    systemPackages,
    facts: (query) => {
      const facts = known.get(query) ?? gather(query);
      known.set(query, facts);
      return facts;
    },
    recordedTimes: (nodes, after, { graph }) =>
      findRecordedTimes({ nodes, after, graph, config, open: openNode }),
    open: (file) => {
      const node = typeof file === 'string' ? resolvePath(tree().root, file).node : file;
      return node && openNode(node);
    },
    verify,
    close,
  };
};
