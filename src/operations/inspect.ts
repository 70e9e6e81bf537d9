import type { Descriptor } from '../oci/descriptor.ts';
import { imagesOf, type Image, type ImageNode, type OtherNode } from '../oci/image.ts';
import { formatPlatform } from '../oci/platform.ts';
import { collectReferrers } from './collect-referrers.ts';
import { RECIPE_ANNOTATION, SOURCE_ANNOTATION } from '../write/write-image.ts';
import type { InspectOptions } from '../api/options.ts';
import type { InspectedImage, InspectedReferrer, InspectResult } from '../api/results.ts';
import type { Referrer } from '../transport/opened-source.ts';
import { withSession } from './session.ts';

/**
 * Describes an image by its documents alone, and what is stored beside it: signatures, SBOMs,
 * attestations. No layer is read, but an engine or a pipe hands over the whole image.
 */
export const inspect = (options: InspectOptions): Promise<InspectResult> =>
  withSession(options, async (session) => {
    const { sources } = await session.open({ sources: [options.source] });
    const [source] = sources;
    const root = await session.read(source);
    const referrers = await collectReferrers(root, source, session.limits);
    const { digest, mediaType } = descriptorOf(root);
    return {
      name: source.name,
      digest,
      mediaType,
      annotations: root.kind === 'other' ? {} : root.document.value.annotations,
      images: imagesOf(root).map(describeImage),
      referrers: [...othersOf(root).map(describeOther), ...referrers.map(describeReferrer)],
    };
  });

const descriptorOf = (node: ImageNode): Descriptor =>
  node.kind === 'other' ? node.descriptor : node.document.descriptor;

const othersOf = (node: ImageNode): readonly OtherNode[] => {
  if (node.kind === 'index') return node.children.flatMap(othersOf);
  return node.kind === 'other' ? [node] : [];
};

const describeImage = ({ document, config, platform }: Image): InspectedImage => {
  const { annotations, layers, mediaType } = document.value;
  const madeFrom = annotations[SOURCE_ANNOTATION];
  const recipe = annotations[RECIPE_ANNOTATION];
  return {
    platform: formatPlatform(platform),
    digest: document.descriptor.digest,
    mediaType,
    compressedSize: layers.reduce((sum, { size }) => sum + size, 0),
    ...(config.value.created !== undefined && { created: config.value.created }),
    ...(madeFrom !== undefined && { madeFrom }),
    ...(recipe !== undefined && { recipe }),
    annotations,
    layers: layers.map(({ digest, size, mediaType: type }) => ({ digest, size, mediaType: type })),
  };
};

const describeOther = ({ role, descriptor, subject }: OtherNode): InspectedReferrer => ({
  digest: descriptor.digest,
  artifactType: descriptor.artifactType ?? role,
  size: descriptor.size,
  annotations: descriptor.annotations ?? {},
  ...(subject !== undefined && { subject }),
});

const describeReferrer = ({ descriptor, tag }: Referrer): InspectedReferrer => ({
  digest: descriptor.digest,
  artifactType: descriptor.artifactType ?? descriptor.mediaType,
  size: descriptor.size,
  annotations: descriptor.annotations ?? {},
  ...(tag !== undefined && { tag }),
});
