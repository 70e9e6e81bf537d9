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
  /** The tag of a second image. */
  readonly beside?: string | undefined;
  readonly temp?: TempFolder | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens an engine for one image. On commit the image is streamed to it as by `docker load`, and has its
 * tag. Rejects with `not-found` where no engine answers.
 */
export const openEngineTarget = async (
  reference: EngineReference & { readonly image: ImageName },
  { engine: options, limits, beside, temp, signal }: EngineTargetOptions,
): Promise<ImageTarget> => {
  const engine = await openEngineOf(reference, options);
  const named = withDefaultTag(reference.image);
  const name = formatReference({ ...reference, engine: engine.kind, image: named });
  const wanted = [named, ...(beside === undefined ? [] : [{ ...named, tag: beside }])];
  let id: Digest | undefined;
  try {
    const archive = await openArchiveTarget(
      { kind: 'docker-archive', path: '-', image: named },
      {
        limits,
        temp,
        signal,
        beside,
        names: [],
        name,
        output: {
          write: async (tar, abort) => {
            try {
              await loadAs(wanted, tar as AsyncIterable<Uint8Array>, engine, abort);
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
  wanted: readonly ImageName[],
  tar: AsyncIterable<Uint8Array>,
  engine: EngineClient,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const { names, ids } = await loadImage(engine, tar, signal);
  // An engine that does not read `RepoTags` of the archive gives the images no names.
  if (names.length > 0) return;
  for (const [at, named] of wanted.entries()) {
    const id = ids[at];
    if (id !== undefined) await tagImage(engine, id, tagOf(named));
  }
};

const tagOf = ({ registry, repository, tag = 'latest' }: ImageName) => ({
  repository: `${registry}/${repository}`,
  tag,
});
