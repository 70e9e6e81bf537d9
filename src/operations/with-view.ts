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
export const withView = <Result>(
  image: Image,
  run: ViewRun,
  use: (view: ImageView) => Promise<Result>,
): Promise<Result> =>
  withViews([{ ...run, image }], run.session, ([view]) => use(view as ImageView));

/** An image, and where it is. */
export interface ImageAt extends Pick<ViewRun, 'source'> {
  readonly image: Image;
}

/** The same for several images, which are open side by side. Layers at the same place in two of them are read once. */
export const withViews = async <Result>(
  images: readonly ImageAt[],
  session: Session,
  use: (views: readonly ImageView[]) => Promise<Result>,
): Promise<Result> => {
  const attempt = async (cache: Cache | undefined): Promise<Result> => {
    const views: ImageView[] = [];
    try {
      for (const { image, source } of images) {
        session.onEvent({ type: 'stage', stage: 'read', platform: formatPlatform(image.platform) });
        const shared = views[0]?.layers;
        views.push(await openImage(image, { ...session, source, cache, shared }));
      }
      const result = await use(views);
      for (const view of views) await view.verify();
      return result;
    } finally {
      for (const view of views.reverse()) await view.close();
    }
  };
  try {
    return await attempt(session.cache);
  } catch (error) {
    if (!(error instanceof DamagedCache)) throw error;
    return attempt(undefined);
  }
};
