import type { Descriptor } from '../oci/descriptor.ts';
import { addsAnnotations } from '../oci/document-edits.ts';
import type { Image } from '../oci/image.ts';
import { madeFromMembers, type Recipe } from '../oci/made-from.ts';
import { DOCKER, OCI } from '../oci/media-type.ts';
import { copyBlob, putBytes, type CopyOptions } from './copy-blob.ts';
import { rewriteManifest } from './rewrite-manifest.ts';
import { describeAs, withMembers } from './write-image.ts';

/** Writes an image whose documents were edited; its layers are carried and not read. */
export const writeEdited = async (
  image: Image,
  recipe: Recipe,
  options: CopyOptions,
): Promise<Descriptor> => {
  const { document, config, edits } = image;
  for (const layer of document.value.layers) await copyBlob(layer, options);
  const toOci =
    options.target.isOciOnly === true ||
    (document.value.mediaType === DOCKER.manifest && addsAnnotations(edits));
  const manifestType = toOci ? OCI.manifest : document.value.mediaType;
  const isDocker = manifestType === DOCKER.manifest;
  const madeFrom = madeFromMembers(document.descriptor.digest, recipe);
  const bytes = isDocker ? withMembers(config.bytes, madeFrom) : config.bytes;
  const configType = toOci ? OCI.config : document.value.config.mediaType;
  const manifest = rewriteManifest(document, {
    manifestType,
    toOci,
    config: await putBytes(bytes, configType, options),
    layers: document.value.layers.map((descriptor, from) => ({
      descriptor,
      diffId: config.value.diffIds[from] ?? descriptor.digest,
      unpackedSize: 0,
      from,
      carried: true,
    })),
    annotations: isDocker ? {} : { ...edits?.annotations, ...madeFrom },
  });
  return describeAs(image, await putBytes(manifest, manifestType, options), manifestType);
};
