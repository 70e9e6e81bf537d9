import type { CheckResult } from '../api/check.ts';
import type { CheckOptions } from '../api/options.ts';
import { refuseEmptyBudget } from '../checks/budget.ts';
import { checkDenied } from '../checks/find-denied.ts';
import { descriptorOf, imagesOf } from '../oci/image.ts';
import { checkImage } from './check-image.ts';
import { baselineImage, findBaseline } from './find-baseline.ts';
import { withSession } from './session.ts';
import { refuseEmpty } from './slim-checks.ts';

/**
 * Checks whether an image keeps a budget, on each platform. All layers are read, unless the cache tells what is in
 * them. Resolves for an image that does not keep it as well: see `passed`.
 */
export const check = (options: CheckOptions): Promise<CheckResult> =>
  withSession(options, async (session) => {
    refuseEmptyBudget(options);
    checkDenied(options.deny ?? []);
    const names = [options.source, ...baselineImage(options)] as const;
    const { sources } = await session.open({ sources: names });
    const [source, compared] = sources;
    const root = await session.read(source);
    const baseline = await findBaseline(options, compared, session);
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
