import type { VerifyOptions } from '../api/options.ts';
import type { VerifiedImage, VerifyResult } from '../api/verify.ts';
import { imagesOf } from '../oci/image.ts';
import { networkFor } from '../transport/network.ts';
import { asksAnything } from '../trials/read-trials.ts';
import { withSession } from './session.ts';
import { refuseEmpty } from './slim-checks.ts';
import { trialNames } from './trial-names.ts';
import type { Tried } from './verify-trials.ts';

/**
 * Holds a slim image against its original, platform by platform: all layers of both are read, those that both have once.
 * With `trials`, both are run in an engine as well. Resolves for images that differ, too: see `passed`.
 */
export const verify = (options: VerifyOptions): Promise<VerifyResult> =>
  withSession(options, async (session) => {
    const { trials = {} } = options;
    const names = asksAnything(trials) ? trialNames() : undefined;
    const { sources, targets } = await session.open({
      sources: [options.original, options.slim],
      targets: (names ?? []).map((name) => `docker-daemon:${name}`),
    });
    const [source, other] = sources;
    const original = { source, root: await session.read(source) };
    const slim = { source: other, root: await session.read(other) };
    refuseEmpty(imagesOf(original.root), source.name);
    refuseEmpty(imagesOf(slim.root), other.name);
    const [target, second] = targets;
    const opened =
      names && target && second
        ? session.add(
            await (
              await import('./verify-trials.ts')
            ).openTrials(
              { ...original, target, name: names[0] },
              { ...slim, target: second, name: names[1] },
              { session, asked: trials, engine: networkFor(options.network).engine },
            ),
          )
        : undefined;
    const { verifyImages } = await import('./verify-images.ts');
    const result = await verifyImages(original, slim, session);
    const whole = opened ? withTrials(result, await opened.run()) : result;
    return { ...whole, notes: session.notes };
  });

const withTrials = (result: VerifyResult, tried: Tried): VerifyResult => {
  const isSame = tried.trials.every(({ same }) => same);
  const add = (image: VerifiedImage): VerifiedImage =>
    image.platform === tried.platform
      ? { ...image, trials: tried.trials, passed: image.passed && isSame }
      : image;
  return { ...result, passed: result.passed && isSame, images: result.images.map(add) };
};
