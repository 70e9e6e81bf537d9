import { DEFAULT_LIMITS } from '../base/limits.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { imagesOf, type Image, type ImageNode, type OtherNode } from '../oci/image.ts';
import { formatPlatform, parsePlatform } from '../oci/platform.ts';
import { collectReferrers } from './copy-referrers.ts';
import { RECIPE_ANNOTATION, SOURCE_ANNOTATION } from '../write/write-image.ts';
import { openScope } from '../base/scope.ts';
import type { InspectOptions } from '../api/options.ts';
import type { InspectedImage, InspectedReferrer, InspectResult } from '../api/results.ts';
import { networkFor } from '../transport/network.ts';
import { openSource } from '../transport/open-source.ts';
import type { Referrer } from '../transport/opened-source.ts';
import { readImage } from '../transport/read-image.ts';
import { resolveSource } from '../transport/resolve.ts';
import { openTemp } from '../transport/temp.ts';

/**
 * Reads what an image is from its documents alone, and what its place knows of it: signatures, SBOMs,
 * attestations. No layer is read, but an engine or a pipe hands over the whole image.
 */
export const inspect = async (options: InspectOptions): Promise<InspectResult> => {
  const { signal, onEvent } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const platform = options.platform === undefined ? undefined : parsePlatform(options.platform);
  const scope = openScope();
  try {
    onEvent?.({ type: 'stage', stage: 'open' });
    const from = await resolveSource(options.source, networkFor(options.network, { signal }));
    const network = networkFor(options.network, { places: [from], onEvent, signal });
    const temp = scope.add(await openTemp());
    const open = { limits, temp, signal, network, asked: options.source };
    const source = scope.add(await openSource(from, open));
    const root = await readImage(source, { platform, limits, signal });
    const referrers = await collectReferrers(root, source, limits);
    const { digest, mediaType } = descriptorOf(root);
    return {
      name: source.name,
      digest,
      mediaType,
      annotations: root.kind === 'other' ? {} : root.document.value.annotations,
      images: imagesOf(root).map(describeImage),
      referrers: [...othersOf(root).map(describeOther), ...referrers.map(describeReferrer)],
    };
  } finally {
    await scope.close();
  }
};

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
