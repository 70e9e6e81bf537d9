import {
  compressedSizeOf,
  descriptorOf,
  imagesOf,
  type Image,
  type ImageNode,
  type OtherNode,
} from '../oci/image.ts';
import { formatPlatform, matchesPlatform } from '../oci/platform.ts';
import { collectReferrers } from './collect-referrers.ts';
import { madeFromOf } from '../oci/made-from.ts';
import type { InspectOptions } from '../api/options.ts';
import type {
  InspectedConfig,
  InspectedImage,
  InspectedReferrer,
  InspectedStep,
  InspectResult,
} from '../api/results.ts';
import { ReslimError, withOrigin } from '../base/errors.ts';
import type { RuntimeConfig } from '../oci/config.ts';
import { dockerfileLine } from '../oci/layer-names.ts';
import type { EngineReference } from '../oci/reference.ts';
import { hideSecrets, hideSecretVariable } from '../oci/secret-values.ts';
import { describeEngineImage } from '../transport/engine/describe-image.ts';
import { networkFor } from '../transport/network.ts';
import type { Referrer } from '../transport/opened-source.ts';
import { analyze, analyzeWithFiles } from './analyze.ts';
import { withSession, type Session } from './session.ts';
import type { ViewRun } from './with-view.ts';

/**
 * Describes an image and what is stored beside it: signatures, SBOMs, attestations. All layers are read, unless
 * their analysis is in the cache or only the documents are wanted. An engine is asked, and exports nothing unless its
 * layers are wanted.
 */
export const inspect = (options: InspectOptions): Promise<InspectResult> =>
  withSession(options, async (session) => {
    const reference = await session.resolve(options.source);
    if (reference.kind === 'docker-daemon' && options.read !== 'layers' && !options.listFiles)
      return inspectInEngine(reference, options, session);
    const { sources } = await session.open({ sources: [options.source] });
    const [source] = sources;
    const root = await session.read(source);
    const referrers = await collectReferrers(root, source, session.limits);
    const { digest, mediaType } = descriptorOf(root);
    const images: InspectedImage[] = [];
    for (const image of imagesOf(root)) {
      images.push({
        ...describeImage(image),
        ...(await readLayers(image, options, { session, source })),
      });
    }
    return {
      name: source.name,
      digest,
      mediaType,
      annotations: root.kind === 'other' ? {} : root.document.value.annotations,
      images,
      referrers: [...othersOf(root).map(describeOther), ...referrers.map(describeReferrer)],
    };
  });

/** What reading the layers of an image tells, as far as it is wanted. */
const readLayers = async (
  image: Image,
  { read, listFiles }: InspectOptions,
  run: ViewRun,
): Promise<Pick<InspectedImage, 'analysis' | 'files' | 'minimal'>> => {
  if (read === 'documents') return {};
  return listFiles ? analyzeWithFiles(image, run) : { analysis: await analyze(image, run) };
};

/** An engine that would hand over the image to be read takes long, and tells all there is to say at once. */
const inspectInEngine = async (
  reference: EngineReference,
  { network }: InspectOptions,
  { platform, signal }: Session,
): Promise<InspectResult> => {
  const { engine } = networkFor(network, { signal });
  const found = await withOrigin('source', () => describeEngineImage(reference, engine));
  const { name, id, size, created, config, layers, steps } = found;
  if (platform && !matchesPlatform(platform, found.platform))
    throw new ReslimError('not-found', `no image for ${formatPlatform(platform)}, ${name}`, {
      hint: `it is for ${formatPlatform(found.platform)}`,
      place: name,
    });
  const image: InspectedImage = {
    platform: formatPlatform(found.platform),
    digest: id,
    compressedSize: size,
    ...(created !== undefined && { created }),
    config: describeConfig(config),
    steps: steps.map((step) => ({ line: lineOf(step.createdBy), size: step.size })),
    annotations: {},
    layers: layers.map((digest) => ({ digest })),
  };
  return { name, digest: id, annotations: {}, images: [image], referrers: [] };
};

const describeConfig = (config: RuntimeConfig): InspectedConfig => {
  const { entrypoint, cmd, user, workingDir, env, volumes, healthcheck, labels } = config;
  const shown = Object.entries(labels).map(([key, value]) => [key, hideSecrets(value)]);
  return {
    entrypoint,
    cmd,
    user,
    workingDir,
    env: env.map(hideSecretVariable),
    volumes,
    healthcheck,
    labels: Object.fromEntries(shown) as Record<string, string>,
  };
};

const lineOf = (createdBy: string): string => dockerfileLine(createdBy, Infinity);

/** The steps of the history, with the sizes of the layers that those made that are not empty. */
const describeSteps = ({ config, document }: Image): InspectedStep[] => {
  const { history, diffIds } = config.value;
  const { layers } = document.value;
  const isComplete = history.filter(({ emptyLayer }) => !emptyLayer).length === diffIds.length;
  let next = 0;
  return history.map(({ createdBy, emptyLayer }) => {
    const size = emptyLayer || !isComplete ? undefined : layers[next++]?.size;
    return { line: lineOf(createdBy), ...(size !== undefined && { size }) };
  });
};

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
    compressedSize: compressedSizeOf(image),
    ...(config.value.created !== undefined && { created: config.value.created }),
    ...(madeFrom && { madeFrom: madeFrom.source, recipe: madeFrom.recipe }),
    config: describeConfig(config.value.runtime),
    steps: describeSteps(image),
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
