import { DamagedCache, type Cache } from '../cache/cache.ts';
import { openImage, type ImageView } from '../image/image-view.ts';
import type { Image } from '../oci/image.ts';
import { formatPlatform } from '../oci/platform.ts';
import type { ImageSource } from '../oci/store.ts';
import type { Session } from './session.ts';

/** Where an image is, and the session that reads it. */
export interface ViewRun {
  readonly session: Session;
  readonly source: ImageSource;
}

/** Opens an image for `use` and closes it. Where the cache turns out to be damaged, it is read again without it. */
export const withView = async <Result>(
  image: Image,
  { session, source }: ViewRun,
  use: (view: ImageView) => Promise<Result>,
): Promise<Result> => {
  const platform = formatPlatform(image.platform);
  session.onEvent({ type: 'stage', stage: 'read', platform });
  const attempt = async (cache: Cache | undefined): Promise<Result> => {
    const view = await openImage(image, { ...session, source, cache });
    try {
      const result = await use(view);
      await view.verify();
      return result;
    } finally {
      await view.close();
    }
  };
  try {
    return await attempt(session.cache);
  } catch (error) {
    if (!(error instanceof DamagedCache)) throw error;
    return attempt(undefined);
  }
};
