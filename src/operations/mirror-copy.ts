import type { MirrorJobSettings } from '../api/mirror.ts';
import { compressedSizeOf, imagesOf } from '../oci/image.ts';
import { sum } from '../base/sum.ts';
import { copyOpened } from './copy.ts';
import type { MirrorMethod } from './mirror-method.ts';
import type { Session } from './session.ts';

/** Copies images as they are: the target is current if it has the same digest. */
export const copyMethod = (
  { referrers = false }: MirrorJobSettings,
  session: Session,
): MirrorMethod => ({
  isCurrent: async ({ source }, { root }) => root.digest === source.root.digest,
  apply: async ({ source, target }, root) => {
    const options = { source: source.name, target: target.name, referrers };
    const result = await copyOpened({ root, source, target, session, options });
    const size = sum(imagesOf(root).map(compressedSizeOf));
    return { digest: result.target.digest, sourceSize: size, targetSize: size };
  },
});
