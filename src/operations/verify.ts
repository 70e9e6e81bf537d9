import type { VerifyOptions } from '../api/options.ts';
import type { VerifyResult } from '../api/verify.ts';
import { imagesOf } from '../oci/image.ts';
import { withSession } from './session.ts';
import { refuseEmpty } from './slim-checks.ts';

/**
 * Holds a slim image against its original, platform by platform, without running either. All layers of both are read,
 * those that both have once. Resolves for images that differ as well: see `passed`.
 */
export const verify = (options: VerifyOptions): Promise<VerifyResult> =>
  withSession(options, async (session) => {
    const { sources } = await session.open({ sources: [options.original, options.slim] });
    const [source, other] = sources;
    const original = { source, root: await session.read(source) };
    const slim = { source: other, root: await session.read(other) };
    refuseEmpty(imagesOf(original.root), source.name);
    refuseEmpty(imagesOf(slim.root), other.name);
    const { verifyImages } = await import('./verify-images.ts');
    return { ...(await verifyImages(original, slim, session)), notes: session.notes };
  });
