import { withPlace } from '../../base/errors.ts';
import type { Limits } from '../../base/limits.ts';
import type { Digest } from '../../oci/digest.ts';
import { withDefaultTag, type ImageName } from '../../oci/image-name.ts';
import { formatReference, type EngineReference } from '../../oci/reference.ts';
import type { ImageTarget } from '../../oci/store.ts';
import { openArchiveTarget } from '../archive/archive-target.ts';
import type { TempFolder } from '../temp.ts';
import type { EngineClient, EngineOptions } from './engine-client.ts';
import { tagImage } from './engine-images.ts';
import { findEngineImage } from './find-image.ts';
import { loadImage } from './load-image.ts';
import { openEngineOf } from './open-engine.ts';

export interface EngineTargetOptions {
  readonly engine: EngineOptions;
  readonly limits: Limits;
  readonly temp?: TempFolder | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens an engine for one image. On commit the image is streamed to it as by `docker load`, and has its
 * tag. Rejects with `not-found` where no engine answers.
 */
export const openEngineTarget = async (
  reference: EngineReference & { readonly image: ImageName },
  { engine: options, limits, temp, signal }: EngineTargetOptions,
): Promise<ImageTarget> => {
  const engine = await openEngineOf(reference, options);
  const named = withDefaultTag(reference.image);
  const name = formatReference({ ...reference, engine: engine.kind, image: named });
  let id: Digest | undefined;
  try {
    const archive = await openArchiveTarget(
      { kind: 'docker-archive', path: '-', image: named },
      {
        limits,
        temp,
        signal,
        names: [],
        name,
        output: {
          write: async (tar, abort) => {
            try {
              await loadAs(named, tar as AsyncIterable<Uint8Array>, engine, abort);
              id = await findEngineImage(engine, named).then(
                ({ details }) => details.id,
                () => undefined,
              );
            } catch (error) {
              throw withPlace(error, name, name);
            }
          },
          close: () => engine.close(),
        },
      },
    );
    return { ...archive, localId: () => id };
  } catch (error) {
    await engine.close();
    throw error;
  }
};

const loadAs = async (
  named: ImageName,
  tar: AsyncIterable<Uint8Array>,
  engine: EngineClient,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const { names, ids } = await loadImage(engine, tar, signal);
  const [id] = ids;
  // An engine that does not read `RepoTags` of the archive gives the image no name.
  if (names.length === 0 && id !== undefined) await tagImage(engine, id, tagOf(named));
};

const tagOf = ({ registry, repository, tag = 'latest' }: ImageName) => ({
  repository: `${registry}/${repository}`,
  tag,
});
