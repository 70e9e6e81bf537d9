import { ReslimError, setOrigin, withOrigin, type ErrorOrigin } from '../base/errors.ts';
import type { ImageTarget } from '../oci/store.ts';
import type { OpenedSource } from '../transport/opened-source.ts';

/** The same source; whatever fails while it is read has the origin. */
export const sourceWithOrigin = (
  source: OpenedSource,
  origin: ErrorOrigin = 'source',
): OpenedSource => {
  const { locate, referrers } = source;
  return {
    ...source,
    open: (descriptor, options) => contentWithOrigin(origin, source.open(descriptor, options)),
    ...(locate && { locate: (descriptor) => withOrigin(origin, () => locate(descriptor)) }),
    ...(referrers && { referrers: (digest) => withOrigin(origin, () => referrers(digest)) }),
  };
};

/**
 * The same target; whatever fails while it is written has the origin `target`. An error of the content
 * that is written is none of the target's.
 */
export const targetWithOrigin = (target: ImageTarget): ImageTarget => ({
  name: target.name,
  isOciOnly: target.isOciOnly,
  has: (descriptor) => withOrigin('target', () => target.has(descriptor)),
  put: async (content, options) => {
    let contentError: unknown;
    const watched = watchErrors(content, (error) => (contentError = error));
    try {
      return await target.put(watched, options);
    } catch (error) {
      if (error !== contentError) setOrigin(error, 'target');
      throw error;
    }
  },
  commit: (root, beside) => withOrigin('target', () => target.commit(root, beside)),
  localId: () => target.localId?.(),
  close: () => target.close(),
});

/** Runs a copy; errors that do not end with the name of the source or the target get both. */
export const withRoute = async <T>(
  from: string,
  to: string,
  action: () => Promise<T>,
): Promise<T> => {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ReslimError) || error.code === 'aborted') throw error;
    const { code, message, hint, origin, place } = error;
    if (place === from || place === to) throw error;
    const options = { hint, origin, cause: error };
    throw new ReslimError(code, `${message}, copying ${from} to ${to}`, options);
  }
};

const contentWithOrigin = (
  origin: ErrorOrigin,
  content: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> => watchErrors(content, (error) => setOrigin(error, origin));

async function* watchErrors(
  content: AsyncIterable<Uint8Array>,
  onError: (error: unknown) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* content;
  } catch (error) {
    onError(error);
    throw error;
  }
}
