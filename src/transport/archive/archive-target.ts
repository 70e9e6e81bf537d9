import { ReslimError, throwIfAborted } from '../../base/errors.ts';
import type { Limits } from '../../base/limits.ts';
import { shortDigest } from '../../oci/descriptor.ts';
import { formatImageName, withDefaultTag } from '../../oci/image-name.ts';
import {
  formatReference,
  type DockerArchiveReference,
  type OciArchiveReference,
} from '../../oci/reference.ts';
import type { ImageTarget } from '../../oci/store.ts';
import { withIoErrors } from '../../base/io-error.ts';
import { editIndexFor, type NamedRoot } from '../layout/commit-layout.ts';
import { EMPTY_INDEX } from '../layout/edit-index.ts';
import { LAYOUT_BYTES } from '../layout/layout-folder.ts';
import { namesBeside } from '../names-beside.ts';
import type { SourceName } from '../opened-source.ts';
import { createPrivateFolder } from '../private-folder.ts';
import { createStaging, type Staging } from '../staging.ts';
import { openTemp, type TempFolder } from '../temp.ts';
import { openOutput, type ArchiveOutput } from './archive-output.ts';
import { blobName } from './blob-name.ts';
import { dockerManifestFor } from './docker-contents.ts';
import { repoTagsOf } from './docker-names.ts';
import { tarOf, type TarContent } from './write-tar.ts';

export interface ArchiveTargetOptions {
  readonly limits: Limits;
  /** The names of the image where the reference has none. */
  readonly names: readonly SourceName[];
  /** The tag of a second image. */
  readonly beside?: string | undefined;
  readonly temp?: TempFolder | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What errors call it. @default the reference */
  readonly name?: string | undefined;
  /** Takes the archive instead of the reference's path. */
  readonly output?: ArchiveOutput | undefined;
}

/**
 * Opens an archive for writing. Both kinds are an OCI layout in a tar; a docker-archive has a
 * `manifest.json` beside it. Blobs are staged in the temp folder; the commit writes the tar to a temporary
 * file and renames it, or streams it to standard output. Rejects with `usage` for a terminal.
 */
export const openArchiveTarget = async (
  reference: DockerArchiveReference | OciArchiveReference,
  options: ArchiveTargetOptions,
): Promise<ImageTarget> => {
  const name = options.name ?? formatReference(reference);
  const names = namesFor(reference) ?? options.names;
  const namesOfBeside = secondNames(reference, { ...options, names, name });
  const output = options.output ?? (await withIoErrors(name, () => openOutput(reference.path)));
  const temp = options.temp ?? (await openTemp());
  const folder = await createPrivateFolder(temp.path, 'archive-');
  const staging = createStaging(folder);
  return {
    name,
    isOciOnly: reference.kind === 'oci-archive',
    has: ({ digest }) => Promise.resolve(staging.files.has(digest)),
    put: (content, put) => staging.put(content, { signal: options.signal, ...put }),
    commit: (root, beside) => {
      const images = [{ root, names }, ...(beside ? [{ root: beside, names: namesOfBeside }] : [])];
      const write = async (): Promise<void> => {
        throwIfAborted(options.signal);
        const contents = await contentsOf(reference.kind, images, { ...options, staging });
        await output.write(await tarOf(contents), options.signal);
      };
      return withIoErrors(name, write, { place: name });
    },
    close: async () => {
      await output.close();
      await folder.close();
      if (!options.temp) await temp.close();
    },
  };
};

const contentsOf = async (
  kind: 'docker-archive' | 'oci-archive',
  images: readonly NamedRoot[],
  { limits, staging: { files } }: Pick<ArchiveTargetOptions, 'limits'> & { staging: Staging },
): Promise<ReadonlyMap<string, TarContent>> => {
  for (const { root } of images) {
    if (files.has(root.digest)) continue;
    throw new ReslimError(
      'not-found',
      `the image's own manifest was not written, blob ${shortDigest(root.digest)}`,
    );
  }
  const contents = new Map<string, TarContent>(
    [...files].map(([digest, blob]) => [blobName(digest), blob]),
  );
  contents.set('oci-layout', LAYOUT_BYTES);
  contents.set('index.json', editIndexFor(EMPTY_INDEX, images));
  if (kind === 'docker-archive')
    contents.set('manifest.json', await dockerManifestFor(images, { staged: files, limits }));
  return contents;
};

/** What a second image is called. Throws `usage` where it would have no name. */
const secondNames = (
  { kind }: DockerArchiveReference | OciArchiveReference,
  { beside, names, name }: ArchiveTargetOptions & { readonly name: string },
): readonly SourceName[] => {
  if (beside === undefined) return [];
  const second = namesBeside(beside, { names, place: name });
  if (kind === 'docker-archive' && repoTagsOf(second).length === 0)
    throw new ReslimError(
      'usage',
      `the image has no name that the tag ${beside} could be beside, ${name}`,
      {
        hint: 'name it: docker-archive:FILE:NAME',
        place: name,
      },
    );
  return second;
};

const namesFor = (
  reference: DockerArchiveReference | OciArchiveReference,
): readonly SourceName[] | undefined => {
  if (reference.kind === 'oci-archive')
    return reference.tag === undefined ? undefined : [{ refName: reference.tag }];
  return reference.image && [{ imageName: formatImageName(withDefaultTag(reference.image)) }];
};
