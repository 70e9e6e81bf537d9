import { ReslimError } from '../../errors.ts';
import type { Limits } from '../../limits.ts';
import { shortDigest, type Descriptor } from '../../oci/descriptor.ts';
import { algorithmOf, hexOf, type Digest } from '../../oci/digest.ts';
import { formatImageName, normaliseImageName, withDefaultTag } from '../../oci/image-name.ts';
import { readIndex, readManifest } from '../../oci/manifest.ts';
import { isIndexType, isManifestType } from '../../oci/media-type.ts';
import {
  formatReference,
  type AnyArchiveReference,
  type DockerArchiveReference,
  type OciArchiveReference,
} from '../../oci/reference.ts';
import type { ReadOptions } from '../../oci/store.ts';
import {
  findDigest,
  findImage,
  listImages,
  parseLayoutIndex,
  type FoundImage,
  type LayoutIndex,
} from '../index-lookup.ts';
import { checkLayoutVersion } from '../layout/layout-folder.ts';
import type { OpenedSource } from '../opened-source.ts';
import { describeManifest } from '../sniff-manifest.ts';
import { openTemp, type TempFolder } from '../temp.ts';
import {
  chooseDockerImage,
  readDockerManifest,
  type DockerChoice,
  type DockerImage,
} from './docker-manifest.ts';
import { openPlainFile } from './plain-file.ts';
import type { PlainFile } from './spool.ts';
import { synthesiseManifest } from './synthesise-manifest.ts';
import { indexTar, type TarFile, type TarMember } from './tar-file.ts';

export type ArchiveReference = AnyArchiveReference | DockerArchiveReference | OciArchiveReference;

export interface OpenArchiveOptions {
  readonly limits: Limits;
  readonly signal?: AbortSignal | undefined;
  readonly temp?: TempFolder | undefined;
}

/**
 * Opens one image of an archive, in place. Its content tells the kind: `manifest.json` makes it a
 * docker-archive, also where Docker 25 or later put an OCI layout beside; that layout is then what
 * is read. Rejects as `openSource` does.
 */
export const openArchive = async (
  reference: ArchiveReference,
  options: OpenArchiveOptions,
): Promise<OpenedSource> => {
  const { limits, signal } = options;
  let own: TempFolder | undefined;
  let file: PlainFile | undefined;
  const close = async (): Promise<void> => {
    await file?.handle.close();
    await own?.close();
  };
  const openOwnTemp = async () => options.temp ?? (own ??= await openTemp());
  try {
    const where = `archive ${reference.path === '-' ? 'on standard input' : reference.path}`;
    file = await openPlainFile(reference.path, { limits, signal, openTemp: openOwnTemp });
    const tar = await indexTar(file, { limits, signal, where });
    return sourceOf(reference, await readArchive(tar, reference, { limits, signal }), tar, close);
  } catch (error) {
    await close();
    throw error;
  }
};

interface Contents extends FoundImage {
  readonly kind: OpenedSource['kind'];
  /** Blobs that have no name of their own in the archive. */
  readonly members?: ReadonlyMap<Digest, TarMember> | undefined;
}

interface ReadArchiveOptions extends ReadOptions {
  readonly limits: Limits;
}

const readArchive = async (
  tar: TarFile,
  reference: ArchiveReference,
  options: ReadArchiveOptions,
): Promise<Contents> => {
  const manifest = tar.find('manifest.json');
  const index = tar.find('index.json');
  if (reference.kind === 'docker-archive' && !manifest && index) {
    throw new ReslimError('invalid-image', `an OCI archive, not one of docker save: ${tar.where}`, {
      hint: `write oci-archive:${reference.path}`,
    });
  }
  if (!manifest && !index) throw noImage(tar);
  const images = manifest && readDockerManifest(await tar.readDocument(manifest), tar.where);
  const kind = images && reference.kind !== 'oci-archive' ? 'docker-archive' : 'oci-archive';
  if (index)
    return {
      kind,
      ...(await readLayout(tar, await tar.readDocument(index), reference, images, options)),
    };
  if (reference.kind === 'oci-archive' || !images) {
    throw new ReslimError(
      'invalid-image',
      `an archive of docker save, without an OCI index: ${tar.where}`,
      {
        hint: `write docker-archive:${reference.path}`,
      },
    );
  }
  return readDockerArchive(tar, reference, images, options);
};

const noImage = (tar: TarFile): ReslimError => {
  if (tar.find('repositories')) {
    return new ReslimError('unsupported', `written by Docker before 1.10: ${tar.where}`, {
      hint: 'load it with Docker and save it again',
    });
  }
  return new ReslimError('invalid-image', `neither index.json nor manifest.json, ${tar.where}`, {
    hint: tar.hasBelow('etc/')
      ? 'this looks like docker export, which has no image: use docker save'
      : 'an image archive comes from docker save, podman save or skopeo copy',
  });
};

const readDockerArchive = async (
  tar: TarFile,
  reference: AnyArchiveReference | DockerArchiveReference,
  images: readonly DockerImage[],
  options: ReadArchiveOptions,
): Promise<Contents> => {
  if (reference.kind === 'archive' && reference.digest !== undefined) {
    throw new ReslimError('not-found', `images in this archive have no digest: ${tar.where}`, {
      hint: 'name the image by its tag',
    });
  }
  const image = chooseDockerImage(images, choiceOf(reference), tar.where);
  const { root, inline, layers } = await synthesiseManifest(tar, image, options);
  return {
    kind: 'docker-archive',
    root,
    inline,
    members: layers,
    names: image.repoTags.map((tag) => ({ imageName: normaliseImageName(tag) ?? tag })),
  };
};

const choiceOf = (reference: ArchiveReference): DockerChoice => {
  if (reference.kind === 'archive') return { name: reference.name };
  if (reference.kind === 'oci-archive') return { name: reference.tag };
  const { image, position } = reference;
  return { position, ...(image && { name: formatImageName(withDefaultTag(image)) }) };
};

const readLayout = async (
  tar: TarFile,
  bytes: Uint8Array,
  reference: ArchiveReference,
  images: readonly DockerImage[] | undefined,
  options: ReadArchiveOptions,
): Promise<FoundImage> => {
  const version = tar.find('oci-layout');
  if (version) checkLayoutVersion(await tar.readDocument(version), tar.where);
  const layout = parseLayoutIndex(bytes, tar.where);
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

/** `manifest.json` and `index.json` need not have the same order: the config tells which is which. */
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
 * Docker with the containerd store saves an index that names all platforms, but blobs only of
 * those it has. If that is one, it is the image.
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

const blobName = (digest: Digest): string => `blobs/${algorithmOf(digest)}/${hexOf(digest)}`;

const sourceOf = (
  reference: ArchiveReference,
  contents: Contents,
  tar: TarFile,
  close: () => Promise<void>,
): OpenedSource => {
  const memberOf = ({ digest }: Descriptor) =>
    contents.members?.get(digest) ?? tar.find(blobName(digest));
  return {
    kind: contents.kind,
    name: formatReference(reference),
    root: contents.root,
    names: contents.names,
    open: async function* (descriptor, options) {
      const inline = contents.inline?.get(descriptor.digest);
      const member = memberOf(descriptor);
      if (inline) yield inline;
      else if (member) yield* tar.read(member, options);
      else
        throw new ReslimError(
          'not-found',
          `no such blob, blob ${shortDigest(descriptor.digest)} of ${tar.where}`,
        );
    },
    locate: (descriptor) => {
      const member = memberOf(descriptor);
      return Promise.resolve(member?.size === descriptor.size ? tar.locate(member) : undefined);
    },
    close,
  };
};
