import { weighPackages } from '../analysis/weigh-packages.ts';
import type { ImageView } from '../image/image-view.ts';
import type { BytePath } from '../base/byte-path.ts';
import { declaredArgs, scrubBuildArgs } from '../edits/scrub-history.ts';
import { layerSteps } from '../oci/config.ts';
import { readContent, readContentComment } from '../oci/layer-content.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { ContentGroup } from '../plan/content-layers.ts';
import { pathOf, type Node } from '../tree/node.ts';

/**
 * Says for each file of an image what it changes together with: the package that it belongs to, or else the step of the
 * build that made it. What was copied into the image above its `base` layers is the application, also where a later step
 * changed its owner. Layers that were made by content before keep their files.
 */
export const contentGroups = async (
  view: ImageView,
  base: number,
): Promise<(node: Node) => ContentGroup> => {
  const tree = view.tree();
  const { layers } = view.image.document.value;
  const system = await view.systemPackages();
  const { ownerOf } = await weighPackages(tree, system, view.open);
  const { value: config } = view.image.config;
  const declared = config.history.flatMap(({ createdBy }) => declaredArgs(createdBy));
  const groups = layerSteps(config).map((step, layer): ContentGroup => {
    const name = readContentComment(step?.raw['comment']);
    if (name !== undefined) {
      const ids = readContent(layers[layer] as Descriptor)?.groups;
      const recordedAs = ids?.filter((id) => id === APPLICATION.id || id.startsWith(STEP));
      return { id: `${LAYER}${name}`, kind: 'step', recordedAs };
    }
    if (layer >= base && (!step || COPIES.test(step.createdBy))) return APPLICATION;
    return { id: `${STEP}${step ? stepName(step.createdBy, declared) : layer + 1}`, kind: 'step' };
  });
  const copied = new Set<BytePath>();
  for (const { path, entry } of tree.hidden)
    if (groups[entry.layer] === APPLICATION) copied.add(path);
  return (node) => {
    const path = pathOf(node);
    if (RECORDS.test(path)) return RECORDS_GROUP;
    const owner = ownerOf(node);
    if (owner)
      return {
        id: oneLine(`${owner.type} ${owner.name}`),
        kind: system.owners.has(node) ? 'system' : 'language',
      };
    return copied.has(path) ? APPLICATION : (groups[node.layer] ?? APPLICATION);
  };
};

/** The layer that a group stands for, where an image was made by content before. */
export const layerOfGroup = ({ id }: ContentGroup): string | undefined =>
  id.startsWith(LAYER) ? id.slice(LAYER.length) : undefined;

const LAYER = 'layer ';
const STEP = 'step ';
const APPLICATION: ContentGroup = { id: 'application', kind: 'application' };
const RECORDS_GROUP: ContentGroup = { id: 'records', kind: 'records' };

/** Where package managers keep what they know. */
const RECORDS = /^(var\/lib\/(dpkg|rpm|pacman)|(usr\/)?lib\/apk\/db|usr\/lib\/sysimage\/rpm)\//;

const COPIES = /^(\/bin\/sh -c #\(nop\)\s+)?(COPY|ADD)\b/;

/** Without digests of what was copied and values of build arguments, which differ from build to build, and may be secret. */
const stepName = (createdBy: string, declared: readonly string[]): string =>
  oneLine(scrubBuildArgs(createdBy, declared).text.replaceAll(/[0-9a-f]{12,}/g, '')).slice(
    0,
    MAX_NAME,
  );

const MAX_NAME = 120;

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
