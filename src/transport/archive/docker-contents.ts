import { ReslimError } from '../../base/errors.ts';
import type { Limits } from '../../base/limits.ts';
import { shortDigest, type Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { readIndex, readManifest, type Manifest } from '../../oci/manifest.ts';
import { isIndexType, isManifestType } from '../../oci/media-type.ts';
import type { NamedRoot } from '../layout/commit-layout.ts';
import { readSmallFile } from '../file-bytes.ts';
import type { StagedBlob } from '../staging.ts';
import { blobName } from './blob-name.ts';
import { repoTagsOf } from './docker-names.ts';

export interface DockerContentsOptions {
  readonly staged: ReadonlyMap<Digest, StagedBlob>;
  readonly limits: Limits;
}

/**
 * The `manifest.json` that makes an OCI layout in a tar loadable by every Docker: paths into
 * `blobs/`. Rejects with `unsupported` for an index of several images, which it cannot express.
 */
export const dockerManifestFor = async (
  images: readonly NamedRoot[],
  options: DockerContentsOptions,
): Promise<Uint8Array> => {
  const elements: object[] = [];
  for (const { root, names } of images) {
    const { config, layers } = await findManifest(root, options);
    elements.push({
      Config: blobName(config.digest),
      RepoTags: repoTagsOf(names),
      Layers: layers.map(({ digest }) => blobName(digest)),
    });
  }
  return Buffer.from(JSON.stringify(elements));
};

const findManifest = async (
  root: Descriptor,
  options: DockerContentsOptions,
  depth = 0,
): Promise<Manifest> => {
  const where = `manifest ${shortDigest(root.digest)}`;
  const staged = options.staged.get(root.digest);
  if (!staged || depth > options.limits.indexDepth)
    throw new ReslimError('not-found', `not written to the archive, ${where}`);
  const bytes = await readSmallFile(staged.path, options.limits.documentSize, where);
  if (isManifestType(root.mediaType)) return readManifest(bytes, root.mediaType, where);
  const images = isIndexType(root.mediaType)
    ? readIndex(bytes, root.mediaType, where).manifests.filter(
        ({ annotations, mediaType }) =>
          annotations?.['vnd.docker.reference.type'] === undefined &&
          (isManifestType(mediaType) || isIndexType(mediaType)),
      )
    : [];
  const [only, ...others] = images;
  if (only && others.length === 0) return findManifest(only, options, depth + 1);
  throw new ReslimError(
    'unsupported',
    `a docker-archive holds one platform, this image has ${images.length}`,
    {
      hint: 'choose one with --platform, or write an oci-archive',
    },
  );
};
