import type { Limits } from '../../base/limits.ts';
import { formatImageName, withDefaultTag, type ImageName } from '../../oci/image-name.ts';
import type { ImageTarget } from '../../oci/store.ts';
import { openArchiveTarget } from '../archive/archive-target.ts';
import type { TempFolder } from '../temp.ts';
import { openEngine, type EngineOptions } from './engine-client.ts';
import { tagImage } from './engine-images.ts';
import { loadImage } from './load-image.ts';

export interface EngineTargetOptions {
  readonly engine: EngineOptions;
  readonly limits: Limits;
  readonly temp?: TempFolder | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens an engine for one image. On commit the image streams in as `docker load` would bring it,
 * and has its tag. Rejects with `not-found` where no engine answers.
 */
export const openEngineTarget = async (
  image: ImageName,
  { engine: options, limits, temp, signal }: EngineTargetOptions,
): Promise<ImageTarget> => {
  const engine = await openEngine(options);
  const named = withDefaultTag(image);
  const name = `docker-daemon:${formatImageName(named)}`;
  try {
    const target = await openArchiveTarget(
      { kind: 'docker-archive', path: '-', image: named },
      {
        limits,
        temp,
        signal,
        names: [],
        output: {
          write: async (tar, abort) => {
            const { names, ids } = await loadImage(engine, tar as AsyncIterable<Uint8Array>, abort);
            const [id] = ids;
            // An engine that goes by another list of names in the archive than `RepoTags` gives it none.
            if (names.length === 0 && id !== undefined) await tagImage(engine, id, tagOf(named));
          },
          close: () => engine.close(),
        },
      },
    );
    return { ...target, name };
  } catch (error) {
    await engine.close();
    throw error;
  }
};

const tagOf = ({ registry, repository, tag = 'latest' }: ImageName) => ({
  repository: `${registry}/${repository}`,
  tag,
});
