import { showPath } from '../base/byte-path.ts';
import { openEntryBudget } from '../layer/read/entry-budget.ts';
import type { Entry } from '../layer/entry.ts';
import type { Config } from '../oci/config.ts';
import { shortDigest, type Descriptor } from '../oci/descriptor.ts';
import { formatLayerName, layerNames } from '../oci/layer-names.ts';
import type { Manifest } from '../oci/manifest.ts';
import { DOCKER, isConfigType, isEncryptedType, isLayerType } from '../oci/media-type.ts';
import { isStored } from '../oci/stored-blob.ts';
import { squashLayers } from '../tree/squash.ts';
import { checkBlob } from './check-blob.ts';
import { checkLayer, type CheckLayerOptions } from './check-layer.ts';
import type { CheckOptions } from './check-options.ts';
import { findingOf } from './finding.ts';

/** Checks what a manifest names: its config against its layers, and each layer to the last byte. */
export const checkImage = async (
  { mediaType, layers, config: { mediaType: configType } }: Manifest,
  config: Config | undefined,
  descriptor: Descriptor,
  options: CheckOptions & Pick<CheckLayerOptions, 'expansion'>,
): Promise<void> => {
  const { onFinding, limits } = options;
  const where = `manifest ${shortDigest(descriptor.digest)}`;
  const isDocker = mediaType === DOCKER.manifest;
  const strangers = [configType, ...layers.map((layer) => layer.mediaType)].filter(
    (type) => isDocker !== type.startsWith('application/vnd.docker.'),
  );
  for (const type of new Set(strangers)) {
    const message = `a type of another family than ${mediaType}: ${type}`;
    onFinding({ severity: 'warning', code: 'media-type', where, message });
  }
  if (config) checkConfig(config, layers.length, where, options);

  const countEntry = openEntryBudget(limits, shortDigest(descriptor.digest));
  const names = layerNames(layers.length, config).map(formatLayerName);
  const contents: (readonly Entry[] | undefined)[] = [];
  for (const [position, layer] of layers.entries()) {
    const name = names[position] as string;
    const isEncrypted = isEncryptedType(layer.mediaType);
    const isThere = await isStored(options.source, layer, options);
    if (isEncrypted || !isThere) {
      const message = isEncrypted
        ? 'an encrypted layer is not read'
        : 'a foreign layer is not read';
      onFinding({ severity: 'warning', code: 'unchecked', where, message });
      if (isThere) await checkBlob(layer, name, options);
      contents.push(undefined);
      continue;
    }
    const diffId = config?.diffIds[position];
    contents.push(
      await checkLayer(options.source, layer, { ...options, position, name, diffId, countEntry }),
    );
  }
  if (contents.every((entries) => entries !== undefined))
    checkMerge(contents, names, where, options);
};

/** Whether a manifest is one of an image: those of artifacts name blobs of any type. */
export const isImage = ({ artifactType, config, layers }: Manifest): boolean =>
  artifactType === undefined &&
  isConfigType(config.mediaType) &&
  layers.every(({ mediaType }) => isLayerType(mediaType) || isEncryptedType(mediaType));

const checkConfig = (
  { diffIds, history }: Config,
  layerCount: number,
  where: string,
  { onFinding }: CheckOptions,
): void => {
  if (diffIds.length !== layerCount) {
    const message = `${layerCount} layers, but ${diffIds.length} diffIds in the config`;
    onFinding({ severity: 'error', code: 'diff-id', where, message });
  }
  const filled = history.filter(({ emptyLayer }) => !emptyLayer).length;
  if (history.length > 0 && filled !== diffIds.length) {
    const message = `${diffIds.length} diffIds, but ${filled} history steps with files`;
    onFinding({ severity: 'error', code: 'history', where, message });
  }
};

const checkMerge = (
  layers: readonly (readonly Entry[])[],
  names: readonly string[],
  where: string,
  { onFinding, limits }: CheckOptions,
): void => {
  for (const [position, entries] of layers.entries()) {
    const old = entries.find(({ oldForm }) => oldForm !== undefined);
    if (old) {
      const message = `no runtime unpacks ${oldType(old)}: ${showPath(old.path)}, ${names[position]}`;
      onFinding({ severity: 'error', code: 'layer-rule', where, message });
    }
    const twice = firstTwice(entries);
    if (twice === undefined) continue;
    const message = `several entries for ${showPath(twice)}, ${names[position]}: the last one counts`;
    onFinding({ severity: 'warning', code: 'layer-rule', where, message });
  }
  try {
    squashLayers(layers, limits, names);
  } catch (error) {
    onFinding(findingOf(error, 'layer-rule', where));
  }
};

const oldType = ({ oldForm }: Entry): string =>
  oldForm === 'sparse' ? 'old GNU sparse files (type S)' : 'contiguous files (type 7)';

const firstTwice = (entries: readonly Entry[]): string | undefined => {
  const seen = new Set<string>();
  for (const { path } of entries) {
    if (seen.has(path)) return path;
    seen.add(path);
  }
  return undefined;
};
