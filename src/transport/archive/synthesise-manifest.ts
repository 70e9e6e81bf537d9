import { ReslimError } from '../../base/errors.ts';
import { limitError, type Limits } from '../../base/limits.ts';
import { readConfig } from '../../oci/config.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { Digester, digestOf, quote, type Digest } from '../../oci/digest.ts';
import { OCI } from '../../oci/media-type.ts';
import type { ReadOptions } from '../../oci/store.ts';
import type { DockerImage } from './docker-manifest.ts';
import { sniff, SNIFF_SIZE, type Magic } from './sniff.ts';
import type { TarFile, TarMember } from './tar-file.ts';

export interface SynthesisedImage {
  readonly root: Descriptor;
  /** Documents by digest: the manifest made here and the config as it is. */
  readonly inline: ReadonlyMap<Digest, Uint8Array>;
  readonly layers: ReadonlyMap<Digest, TarMember>;
}

/**
 * Archives from before Docker 25 have no OCI manifest, only paths. This makes the manifest of the config
 * and the layers as they are there; the same archive always gives the same bytes.
 */
export const synthesiseManifest = async (
  tar: TarFile,
  image: DockerImage,
  { limits, signal }: ReadOptions & { readonly limits: Limits },
): Promise<SynthesisedImage> => {
  const configBytes = await tar.readDocument(find(tar, image.config));
  const { diffIds } = readConfig(configBytes, `config of ${tar.where}`);
  checkCount(image, diffIds.length, limits, tar.where);
  const layers = new Map<Digest, TarMember>();
  const descriptors: Descriptor[] = [];
  for (const [at, path] of image.layers.entries()) {
    const member = find(tar, path);
    const descriptor = await describeLayer(tar, member, diffIds[at] as Digest, { signal });
    layers.set(descriptor.digest, member);
    descriptors.push(descriptor);
  }
  const config = { mediaType: OCI.config, digest: digestOf(configBytes), size: configBytes.length };
  const manifest = { schemaVersion: 2, mediaType: OCI.manifest, config, layers: descriptors };
  const bytes = Buffer.from(JSON.stringify(manifest));
  const root = { mediaType: OCI.manifest, digest: digestOf(bytes), size: bytes.length };
  return {
    root,
    layers,
    inline: new Map([
      [config.digest, configBytes],
      [root.digest, bytes],
    ]),
  };
};

const find = (tar: TarFile, path: string): TarMember => {
  const member = tar.find(path);
  if (member) return member;
  throw new ReslimError('not-found', `no such file in the archive: ${quote(path)}, ${tar.where}`);
};

const checkCount = (
  { layers }: DockerImage,
  diffIds: number,
  limits: Limits,
  where: string,
): void => {
  if (layers.length > limits.layerCount) {
    throw limitError('layerCount', `${layers.length} layers are over ${limits.layerCount}`, where);
  }
  if (layers.length !== diffIds) {
    throw new ReslimError(
      'invalid-image',
      `${layers.length} layers, but ${diffIds} diffIds in the config, ${where}`,
    );
  }
};

/**
 * The digest of an uncompressed layer is its diffId, which is verified when the layer is read. A compressed
 * one is hashed.
 */
const describeLayer = async (
  tar: TarFile,
  member: TarMember,
  diffId: Digest,
  options: ReadOptions,
): Promise<Descriptor> => {
  const magic = await sniffMember(tar, member);
  if (magic !== 'gzip' && magic !== 'zstd')
    return { mediaType: OCI.layer, digest: diffId, size: member.size };
  const digester = new Digester();
  for await (const chunk of tar.read(member, options)) digester.update(chunk);
  return { mediaType: `${OCI.layer}+${magic}`, digest: digester.digest(), size: member.size };
};

const sniffMember = async (tar: TarFile, member: TarMember): Promise<Magic | undefined> => {
  const head: Uint8Array[] = [];
  for await (const chunk of tar.read({ ...member, size: Math.min(member.size, SNIFF_SIZE) }))
    head.push(chunk);
  return sniff(Buffer.concat(head));
};
