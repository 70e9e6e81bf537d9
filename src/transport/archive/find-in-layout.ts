import { ReslimError } from '../../base/errors.ts';
import type { Limits } from '../../base/limits.ts';
import { shortDigest } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { formatImageName, withDefaultTag } from '../../oci/image-name.ts';
import { readIndex, readManifest } from '../../oci/manifest.ts';
import { isIndexType, isManifestType } from '../../oci/media-type.ts';
import type {
  AnyArchiveReference,
  DockerArchiveReference,
  OciArchiveReference,
} from '../../oci/reference.ts';
import type { ReadOptions } from '../../oci/store.ts';
import {
  findDigest,
  findImage,
  listImages,
  type FoundImage,
  type LayoutIndex,
} from '../index-lookup.ts';
import { checkLayoutVersion } from '../layout/layout-folder.ts';
import { describeManifest } from '../sniff-manifest.ts';
import { blobName } from './blob-name.ts';
import { chooseDockerImage, type DockerChoice, type DockerImage } from './docker-manifest.ts';
import type { TarFile } from './tar-file.ts';

export type ArchiveReference = AnyArchiveReference | DockerArchiveReference | OciArchiveReference;

export interface ReadArchiveOptions extends ReadOptions {
  readonly limits: Limits;
}

/**
 * Finds the image in an archive that holds a layout. `images` is its `manifest.json`, if Docker added one.
 * Rejects with `not-found`, `ambiguous`, `invalid-image` or `unsupported`.
 */
export const findInLayout = async (
  tar: TarFile,
  layout: LayoutIndex,
  reference: ArchiveReference,
  images: readonly DockerImage[] | undefined,
  options: ReadArchiveOptions,
): Promise<FoundImage> => {
  const version = tar.find('oci-layout');
  if (version) checkLayoutVersion(await tar.readDocument(version), tar.where);
  if ('digest' in reference && reference.digest !== undefined)
    return findByDigest(tar, layout, reference.digest);
  const { name, position } = choiceOf(reference);
  const found =
    position === undefined
      ? findImage(layout, name)
      : await findAt(tar, layout, images ?? [], position);
  return images ? skipAbsent(tar, found, options) : found;
};

const findByDigest = async (
  tar: TarFile,
  layout: LayoutIndex,
  digest: Digest,
): Promise<FoundImage> => {
  const listed = findDigest(layout, digest);
  if (listed) return listed;
  const where = `manifest ${shortDigest(digest)} of ${tar.where}`;
  const member = tar.find(blobName(digest));
  if (!member)
    throw new ReslimError('not-found', `no such image, ${where}`, {
      hint: listImages(layout.index.manifests),
    });
  return { root: describeManifest(await tar.readDocument(member), digest, where), names: [] };
};

/** `manifest.json` and `index.json` need not have the same order: images are matched by their config. */
const findAt = async (
  tar: TarFile,
  layout: LayoutIndex,
  images: readonly DockerImage[],
  position: number,
): Promise<FoundImage> => {
  const { config } = chooseDockerImage(images, { position }, tar.where);
  for (const entry of layout.index.manifests.filter(({ mediaType }) => isManifestType(mediaType))) {
    const member = tar.find(blobName(entry.digest));
    if (!member) continue;
    const manifest = readManifest(
      await tar.readDocument(member),
      entry.mediaType,
      `manifest ${shortDigest(entry.digest)}`,
    );
    const found = blobName(manifest.config.digest) === config && findDigest(layout, entry.digest);
    if (found) return found;
  }
  const only = images.length === 1 ? findImage(layout, undefined) : undefined;
  if (only) return only;
  throw new ReslimError('not-found', `index.json does not have image @${position}, ${tar.where}`);
};

/**
 * Docker with the containerd store saves an index of all platforms, but only blobs of those that it has. If
 * that is one platform, its manifest is the image.
 */
const skipAbsent = async (
  tar: TarFile,
  found: FoundImage,
  { limits }: ReadArchiveOptions,
): Promise<FoundImage> => {
  const { root } = found;
  const member = tar.find(blobName(root.digest));
  if (!isIndexType(root.mediaType) || !member || member.size > limits.documentSize) return found;
  const { manifests } = readIndex(
    await tar.readDocument(member),
    root.mediaType,
    `index of ${tar.where}`,
  );
  const here = manifests.filter(({ digest }) => tar.find(blobName(digest)));
  const [only, ...others] = here.filter(
    ({ annotations }) => annotations?.['vnd.docker.reference.type'] === undefined,
  );
  return only && others.length === 0 && here.length < manifests.length
    ? { ...found, root: only }
    : found;
};

/** Which image of the archive the reference names. */
export const choiceOf = (reference: ArchiveReference): DockerChoice => {
  if (reference.kind === 'archive') return { name: reference.name };
  if (reference.kind === 'oci-archive') return { name: reference.tag };
  const { image, position } = reference;
  return { position, ...(image && { name: formatImageName(withDefaultTag(image)) }) };
};
