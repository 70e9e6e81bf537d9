import type { Limits } from '../../base/limits.ts';
import { listedImage, listedImages, type ListedImage } from '../listed-image.ts';
import { parseLayoutIndex } from '../index-lookup.ts';
import { openTemp, type TempFolder } from '../temp.ts';
import { readDockerManifest } from './docker-manifest.ts';
import { openPlainFile } from './plain-file.ts';
import { indexTar } from './tar-file.ts';

export interface ListArchiveOptions {
  readonly limits: Limits;
  readonly signal?: AbortSignal | undefined;
  readonly temp?: TempFolder | undefined;
}

/** The images that an archive has under names: by its `index.json`, or else as `docker save` lists them. */
export const listArchive = async (
  path: string,
  { limits, signal, temp }: ListArchiveOptions,
): Promise<readonly ListedImage[]> => {
  let own: TempFolder | undefined;
  const openOwnTemp = async () => temp ?? (own ??= await openTemp());
  const file = await openPlainFile(path, { limits, signal, openTemp: openOwnTemp });
  try {
    const tar = await indexTar(file, { limits, signal, where: `archive ${path}` });
    const index = tar.find('index.json');
    const layout = index && parseLayoutIndex(await tar.readDocument(index), tar.where);
    const listed = listedImages(layout?.index.manifests ?? []);
    const manifest = tar.find('manifest.json');
    if (listed.length > 0 || !manifest) return listed;
    const images = readDockerManifest(await tar.readDocument(manifest), tar.where);
    return images.flatMap(({ repoTags }) =>
      repoTags.flatMap((imageName) => listedImage({ imageName }) ?? []),
    );
  } finally {
    await file.handle.close();
    await own?.close();
  }
};
