import type { VerifyTrials } from '../api/options.ts';
import type { VerifiedTrial } from '../api/verify.ts';
import { ReslimError } from '../base/errors.ts';
import { pairImages } from '../comparison/pair-images.ts';
import { imagesOf, type Image } from '../oci/image.ts';
import { formatPlatform, matchesPlatform, type Platform } from '../oci/platform.ts';
import { enginePlatform } from '../transport/engine/engine-images.ts';
import { openEngineOf } from '../transport/engine/open-engine.ts';
import type { EngineOptions } from '../transport/engine/engine-client.ts';
import { printable } from '../report/printable.ts';
import { readTrials } from '../trials/read-trials.ts';
import { runTrials } from '../trials/run-trials.ts';
import type { Answer, TrialPlan } from '../trials/trial.ts';
import { openComparison } from '../verification/compare-answers.ts';
import { engineOf, exposedPorts, withLoaded, type TriedImage } from './engine-image.ts';
import type { Session } from './session.ts';

export interface TrialsRun {
  readonly session: Session;
  readonly asked: VerifyTrials;
  readonly engine: EngineOptions;
}

/** What was tried, and with the images for which platform. */
export interface Tried {
  readonly platform: string;
  readonly trials: readonly VerifiedTrial[];
}

/** Trials that are ready to be made. */
export interface OpenedTrials {
  /**
   * Loads both images into the engine, runs them one after the other, and compares what they answer. Containers and names
   * in the engine are gone at the end, also when the run is interrupted.
   */
  readonly run: () => Promise<Tried>;
  readonly close: () => Promise<void>;
}

/**
 * Reads what is asked, and finds the engine: of an index, the image for its platform is run. Rejects with `usage` for what
 * cannot be asked, and with `not-found` and `unsupported` where no engine can run the images.
 */
export const openTrials = async (
  original: TriedImage,
  slim: TriedImage,
  { session, asked, engine: options }: TrialsRun,
): Promise<OpenedTrials> => {
  const compare = openComparison(asked.ignore ?? []);
  // What removes things must go on when the run is interrupted.
  const engine = await openEngineOf(engineOf(original.target), { ...options, signal: undefined });
  try {
    const [before, after] = pairFor(await enginePlatform(engine), original, slim);
    const plan = readTrials(asked, exposedPorts(before));
    const platform = formatPlatform(after.platform);
    const ask = (image: Image, place: TriedImage, role: string): Promise<readonly Answer[]> =>
      withLoaded(image, place, { session, engine }, (name) =>
        runTrials({ engine, image: name, role, plan, signal: session.signal }),
      );
    const run = async (): Promise<Tried> => {
      session.onEvent({ type: 'stage', stage: 'verify', platform });
      const answers = await ask(before, original, 'original');
      refuseFaults(plan, answers, original.source.name);
      const others = await ask(after, slim, 'slim');
      const trials = plan.trials.map(({ kind, subject }, at) => ({
        kind,
        subject,
        ...compare((answers[at] as Answer).text, (others[at] as Answer).text),
      }));
      return { platform, trials };
    };
    return { run, close: () => engine.close() };
  } catch (error) {
    await engine.close();
    throw error;
  }
};

/** Two images that both fail to start are not the same for it: nothing was compared. */
const refuseFaults = (
  { trials, network }: TrialPlan,
  answers: readonly Answer[],
  name: string,
): void => {
  const at = answers.findIndex(({ isFault }) => isFault);
  const trial = trials[at];
  if (!trial) return;
  const [what = '', ...lines] = (answers[at] as Answer).text.split('\n').map(printable);
  throw new ReslimError(
    'io',
    `the original gives no answer to compare, ${trial.kind} ${trial.subject}: ${what}`,
    {
      hint: [
        ...lines.slice(0, 2),
        ...(network === 'host'
          ? []
          : ['where the engine has no bridge network, add --network host']),
      ].join('\n'),
      place: name,
    },
  );
};

const pairFor = (
  platform: Platform,
  original: TriedImage,
  slim: TriedImage,
): readonly [Image, Image] => {
  const { pairs } = pairImages(imagesOf(original.root), imagesOf(slim.root));
  const fitting = pairs.find(([, after]) => matchesPlatform(platform, after.platform));
  if (fitting) return fitting;
  throw new ReslimError(
    'unsupported',
    `no image for ${formatPlatform(platform)}, which is what the engine runs`,
    { hint: 'leave out --run, --http and --probe' },
  );
};
