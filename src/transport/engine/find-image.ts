import { ReslimError } from '../../base/errors.ts';
import {
  familiarImageName,
  formatImageName,
  tryImageName,
  withDefaultTag,
  type ImageName,
} from '../../oci/image-name.ts';
import type { Digest } from '../../oci/digest.ts';
import type { EngineClient } from './engine-client.ts';
import { inspectImage, type EngineImage } from './engine-images.ts';

/** An image of an engine under the name it has there. */
export interface FoundEngineImage {
  readonly details: EngineImage;
  /** The name by which the engine finds it. */
  readonly asked: string;
  readonly image: ImageName | { readonly id: Digest };
}

/**
 * Finds an image in an engine by its full name, then by the short one: Podman calls what it built
 * `localhost/app`, and answers to `app`. Rejects with `not-found`.
 */
export const findEngineImage = async (
  engine: EngineClient,
  image: ImageName | { readonly id: Digest },
): Promise<FoundEngineImage> => {
  if ('id' in image) {
    return { details: await inspectImage(engine, image.id), asked: image.id, image };
  }
  const named = withDefaultTag(image);
  const full = formatImageName(named);
  const short = familiarImageName(named);
  for (const asked of short === full ? [full] : [full, short]) {
    try {
      const details = await inspectImage(engine, asked);
      return { details, asked, image: nameThere(named, short, details.tags) };
    } catch (error) {
      if (!(error instanceof ReslimError) || error.code !== 'not-found') throw error;
    }
  }
  throw new ReslimError('not-found', `no such image in the engine: ${full}`, {
    hint: 'docker images lists what is there',
  });
};

/** The name the engine lists: the one asked for, or the full name that it stands for there. */
const nameThere = (named: ImageName, short: string, tags: readonly string[]): ImageName => {
  const names = tags.flatMap((tag) => tryImageName(tag) ?? []);
  const isNamed = names.some((one) => formatImageName(one) === formatImageName(named));
  return isNamed
    ? named
    : (names.find((one) => formatImageName(one).endsWith(`/${short}`)) ?? named);
};
