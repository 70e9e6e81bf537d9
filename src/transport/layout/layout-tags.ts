import { resolve } from 'node:path';
import type { Limits } from '../../base/limits.ts';
import { withIoErrors } from '../../base/io-error.ts';
import type { Digest } from '../../oci/digest.ts';
import { readIndex } from '../../oci/manifest.ts';
import { OCI } from '../../oci/media-type.ts';
import { REF_NAME } from '../opened-source.ts';
import type { TagUses } from '../tagged-place.ts';
import { createPrivateFolder } from '../private-folder.ts';
import { replaceIndex } from './commit-layout.ts';
import { removeEntries } from './edit-index.ts';
import { isLayoutFolder, readIndexFile } from './layout-folder.ts';
import { withLayoutLock } from './layout-lock.ts';
import { STAGING_PREFIX, sweepLayout } from './sweep-layout.ts';

/** All names that a layout has for images; none where there is no layout. */
export async function* listLayoutTags(path: string, limits: Limits): AsyncGenerator<string> {
  if (!(await isLayoutFolder(path))) return;
  const { manifests } = readIndex(await readIndexFile(path, limits), OCI.index, `layout ${path}`);
  const names = manifests.flatMap(({ annotations }) => annotations?.[REF_NAME] ?? []);
  yield* new Set(names);
}

/** Which tags stand for an image. To lose one does no harm to the others, so that what indexes list is not asked. */
export const layoutTagUses = async (
  path: string,
  tags: readonly string[],
  limits: Limits,
): Promise<TagUses> => {
  const { manifests } = readIndex(await readIndexFile(path, limits), OCI.index, `layout ${path}`);
  const digests = new Map(
    manifests.map(({ annotations, digest }) => [annotations?.[REF_NAME], digest]),
  );
  return {
    tagsOf: (digest) => tags.filter((tag) => digests.get(tag) === digest),
    listedBy: () => [],
  };
};

export interface RemoveTagsOptions {
  readonly limits: Limits;
  readonly signal?: AbortSignal | undefined;
}

/** Removes names of images from a layout at once, and the blobs that nothing leads to then. */
export const removeLayoutTags = (
  path: string,
  tags: readonly string[],
  { limits, signal }: RemoveTagsOptions,
): Promise<void> =>
  withIoErrors(`layout ${path}`, async () => {
    const layout = resolve(path);
    const folder = await createPrivateFolder(layout, STAGING_PREFIX);
    try {
      await withLayoutLock(layout, { folder, signal }, async () => {
        await sweepLayout(layout, new Set<Digest>());
        const before = await readIndexFile(layout, limits);
        const after = removeEntries(before, new Set(tags));
        await replaceIndex(layout, { before, after, folder });
      });
    } finally {
      await folder.close();
    }
  });
