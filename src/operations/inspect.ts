import {
  descriptorOf,
  imagesOf,
  type Image,
  type ImageNode,
  type OtherNode,
} from '../oci/image.ts';
import { formatPlatform } from '../oci/platform.ts';
import { collectReferrers } from './collect-referrers.ts';
import { madeFromOf } from '../oci/made-from.ts';
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

const othersOf = (node: ImageNode): readonly OtherNode[] => {
  if (node.kind === 'index') return node.children.flatMap(othersOf);
  return node.kind === 'other' ? [node] : [];
};

const describeImage = (image: Image): InspectedImage => {
  const { document, config, platform } = image;
  const madeFrom = madeFromOf(image);
  const { annotations, layers, mediaType } = document.value;
  return {
    platform: formatPlatform(platform),
    digest: document.descriptor.digest,
    mediaType,
    compressedSize: layers.reduce((sum, { size }) => sum + size, 0),
    ...(config.value.created !== undefined && { created: config.value.created }),
    ...(madeFrom && { madeFrom: madeFrom.source, recipe: madeFrom.recipe }),
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
