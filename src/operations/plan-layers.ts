import type { BaseReport } from '../api/base-report.ts';
import { sum } from '../base/sum.ts';
import { AUTO_LAYERS } from '../api/vocabulary.ts';
import type { ImageView } from '../image/image-view.ts';
import type { Entry } from '../layer/entry.ts';
import { imageFor, imagesOf, type Image, type ImageNode } from '../oci/image.ts';
import { readContent } from '../oci/layer-content.ts';
import { baseByHistory } from '../plan/base-by-history.ts';
import { shareGroups, type ContentLayers } from '../plan/content-layers.ts';
import type { Verdicts } from '../rules/verdict.ts';
import { contentGroups, layerOfGroup } from './content-groups.ts';
import type { FoundBase } from './find-base.ts';

/** Shares the files of an image out among up to `layers` layers; `previous` are images that were made so before. */
export const contentLayers = async (
  view: ImageView,
  layers: number | 'auto',
  previous: ImageNode | undefined,
): Promise<ContentLayers> => {
  const { image } = view;
  const base = baseByHistory(image)?.layers ?? 1;
  const before = new Map([
    ...(previous ? namesIn(imageFor(imagesOf(previous), image.platform)) : []),
    ...namesIn(image),
  ]);
  return shareGroups(await contentGroups(view, base), {
    most: layers === 'auto' ? AUTO_LAYERS : layers,
    before: (group) => layerOfGroup(group) ?? before.get(group.id),
  });
};

/** The layer of each group, by the annotations of an image. */
const namesIn = (image: Image | undefined): (readonly [id: string, name: string])[] =>
  (image?.document.value.layers ?? []).flatMap((layer) => {
    const content = readContent(layer);
    return (content?.groups ?? []).map((id) => [id, content?.name ?? ''] as const);
  });

/** What of the base stays though `verdicts`, which know of no base, would have it go. */
export const reportBase = (
  { layers, tree }: Pick<ImageView, 'layers' | 'tree'>,
  found: FoundBase,
  verdicts: Verdicts,
): BaseReport => {
  const removable = new Set<Entry>();
  for (const node of tree().nodes)
    if (node.entry && !node.children && node.entry.layer < found.layers)
      if (verdicts.get(node)?.action === 'drop') removable.add(node.entry);
  const { layers: count, how, name } = found;
  return {
    layers: count,
    how,
    ...(name !== undefined && { name }),
    compressedSize: sum(layers.slice(0, found.layers).map(({ descriptor }) => descriptor.size)),
    removable: { files: removable.size, bytes: sum([...removable].map((entry) => entry.bodySize)) },
  };
};
