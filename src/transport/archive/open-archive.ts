import { ReslimError } from '../../base/errors.ts';
import type { Limits } from '../../base/limits.ts';
import { shortDigest, type Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { normaliseImageName } from '../../oci/image-name.ts';
import {
  formatReference,
  type AnyArchiveReference,
  type DockerArchiveReference,
} from '../../oci/reference.ts';
import { parseLayoutIndex, type FoundImage } from '../index-lookup.ts';
import type { OpenedSource } from '../opened-source.ts';
import { openTemp, type TempFolder } from '../temp.ts';
import { blobName } from './blob-name.ts';
import { chooseDockerImage, readDockerManifest, type DockerImage } from './docker-manifest.ts';
import {
  choiceOf,
  findInLayout,
  type ArchiveReference,
  type ReadArchiveOptions,
} from './find-in-layout.ts';
import { openPlainFile } from './plain-file.ts';
import { spool, type PlainFile } from './spool.ts';
import { synthesiseManifest } from './synthesise-manifest.ts';
import { indexTar, type TarFile, type TarMember } from './tar-file.ts';

export interface OpenArchiveOptions {
  readonly limits: Limits;
  readonly signal?: AbortSignal | undefined;
  readonly temp?: TempFolder | undefined;
  /** The archive itself, where it comes from no file, with the name it has in messages. */
  readonly stream?: ArchiveStream | undefined;
  /** Called with the number of bytes of an archive that cannot be read in place, piece by piece. */
  readonly onBytes?: ((count: number) => void) | undefined;
}

interface ArchiveStream {
  readonly content: AsyncIterable<Uint8Array>;
  readonly name: string;
}

/**
 * Opens one image of an archive, in place. Its content decides the kind: with a `manifest.json` it is a
 * docker-archive, also where Docker 25 or later added an OCI layout; that layout is read then. Rejects as
 * `openSource` does.
 */
export const openArchive = async (
  reference: ArchiveReference,
  options: OpenArchiveOptions,
): Promise<OpenedSource> => {
  const { limits, signal, stream, onBytes } = options;
  let own: TempFolder | undefined;
  let file: PlainFile | undefined;
  const close = async (): Promise<void> => {
    await file?.handle.close();
    await own?.close();
  };
  const openOwnTemp = async () => options.temp ?? (own ??= await openTemp());
  try {
    const where = stream?.name ?? nameOf(reference.path);
    const spooling = { limits, signal, openTemp: openOwnTemp, onBytes };
    file = stream
      ? await spool(stream.content, stream.name, spooling)
      : await openPlainFile(reference.path, spooling);
    const tar = await indexTar(file, { limits, signal, where });
    return sourceOf(reference, await readArchive(tar, reference, { limits, signal }), tar, close);
  } catch (error) {
    await close();
    throw error;
  }
};

const nameOf = (path: string): string => `archive ${path === '-' ? 'on standard input' : path}`;

interface Contents extends FoundImage {
  readonly kind: OpenedSource['kind'];
  /** Blobs that the archive does not name by their digest. */
  readonly members?: ReadonlyMap<Digest, TarMember> | undefined;
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
  const layout = index && parseLayoutIndex(await tar.readDocument(index), tar.where);
  // Some builders add an empty index to a manifest.json that names the images.
  const isEmpty = layout?.index.manifests.length === 0;
  if (layout && !(isEmpty && kind === 'docker-archive' && images?.length))
    return { kind, ...(await findInLayout(tar, layout, reference, images, options)) };
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
