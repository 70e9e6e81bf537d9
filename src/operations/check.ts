import type { CheckResult } from '../api/check.ts';
import type { CheckOptions } from '../api/options.ts';
import { refuseEmptyBudget } from '../checks/budget.ts';
import { descriptorOf, imagesOf } from '../oci/image.ts';
import { checkImage } from './check-image.ts';
import { findBaseline } from './find-baseline.ts';
import { withSession } from './session.ts';
import { refuseEmpty } from './slim-checks.ts';

/**
 * Checks whether an image keeps a budget, on each platform. All layers are read, unless the cache tells what is in
 * them. Resolves for an image that does not keep it as well: see `passed`.
 */
export const check = (options: CheckOptions): Promise<CheckResult> =>
  withSession(options, async (session) => {
    refuseEmptyBudget(options);
    const { sources } = await session.open({ sources: [options.source] });
    const [source] = sources;
    const root = await session.read(source);
    const baseline = await findBaseline(options, session);
    const images = [];
    for (const image of imagesOf(root))
      images.push(await checkImage(image, { session, source, budget: options, baseline }));
    refuseEmpty(images, source.name);
    return {
      name: source.name,
      digest: descriptorOf(root).digest,
      passed: images.every(({ passed }) => passed),
      ...(baseline && { baseline: { name: baseline.name, digest: baseline.digest } }),
      images,
      notes: session.notes,
    };
  });
