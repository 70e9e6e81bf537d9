import type { Download, LayerChange } from '../api/diff.ts';
import { groupBy } from '../base/group-by.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { Image } from '../oci/image.ts';
import { layerNames } from '../oci/layer-names.ts';
import { align } from './align.ts';

/** A layer as the documents of its image name it. */
interface NamedLayer {
  readonly number: number;
  readonly diffId: Digest;
  readonly descriptor: Descriptor;
  readonly step: string | undefined;
}

/** Says which layers only one image has, and which both store in another way. In the order of the layers. */
export const compareLayers = (before: Image, after: Image): LayerChange[] => {
  const [old, now] = [layersOf(before), layersOf(after)];
  const aligned = align(
    old.map(({ diffId }) => diffId),
    now.map(({ diffId }) => diffId),
  ).map(([a, b]) => [old[a] as NamedLayer, now[b] as NamedLayer] as const);
  const partners = new Map(aligned.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]));
  const left = groupBy(
    old.filter((layer) => !partners.has(layer)),
    ({ diffId }) => diffId,
  );
  const inAfter = now.flatMap((layer): LayerChange[] => {
    const partner = partners.get(layer);
    if (partner)
      return partner.descriptor.digest === layer.descriptor.digest
        ? []
        : [changeOf('recompressed', partner, layer)];
    const moved = left.get(layer.diffId)?.shift();
    return [moved ? changeOf('moved', moved, layer) : changeOf('added', undefined, layer)];
  });
  const removed = [...left.values()].flat().map((layer) => changeOf('removed', layer, undefined));
  return [
    ...removed.sort((a, b) => (a.numberBefore as number) - (b.numberBefore as number)),
    ...inAfter,
  ];
};

/** What a node that has one image must fetch for another, by what it recognises layers. */
export const measureDownload = (before: Image, after: Image, best: Download['best']): Download => {
  const [old, now] = [layersOf(before), layersOf(after)];
  const digests = new Set(old.map(({ descriptor }) => descriptor.digest));
  const diffIds = new Set(old.map(({ diffId }) => diffId));
  const firstNew = now.findIndex(({ diffId }, at) => diffId !== old[at]?.diffId);
  return {
    byDigest: amountOf(now.filter(({ descriptor }) => !digests.has(descriptor.digest))),
    byDiffId: amountOf(now.filter(({ diffId }) => !diffIds.has(diffId))),
    byChain: amountOf(firstNew < 0 ? [] : now.slice(firstNew)),
    best,
  };
};

/** A blob that several layers have is fetched once. */
const amountOf = (layers: readonly NamedLayer[]): Download['byDigest'] => {
  const blobs = new Map(layers.map(({ descriptor }) => [descriptor.digest, descriptor.size]));
  return {
    layers: blobs.size,
    bytes: [...blobs.values()].reduce((total, size) => total + size, 0),
  };
};

const layersOf = ({ document, config }: Image): NamedLayer[] => {
  const { layers } = document.value;
  const names = layerNames(layers.length, config.value);
  return layers.map((descriptor, at) => ({
    number: at + 1,
    diffId: config.value.diffIds[at] as Digest,
    descriptor,
    step: names[at]?.step,
  }));
};

const changeOf = (
  kind: LayerChange['kind'],
  before: NamedLayer | undefined,
  after: NamedLayer | undefined,
): LayerChange => {
  const step = (after ?? before)?.step;
  return {
    kind,
    diffId: ((after ?? before) as NamedLayer).diffId,
    ...(before && { numberBefore: before.number, sizeBefore: before.descriptor.size }),
    ...(after && { numberAfter: after.number, sizeAfter: after.descriptor.size }),
    ...(step !== undefined && { step }),
  };
};
