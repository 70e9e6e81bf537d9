import type { VerifyTrials } from '../api/options.ts';
import type { VerifiedTrial } from '../api/verify.ts';
import { ReslimError } from '../base/errors.ts';
import { pairImages } from '../comparison/pair-images.ts';
import { imagesOf, type Image, type ImageNode } from '../oci/image.ts';
import { parseJson } from '../oci/json.ts';
import { formatPlatform, matchesPlatform, type Platform } from '../oci/platform.ts';
import type { EngineReference } from '../oci/reference.ts';
import { enginePlatform, untagImage } from '../transport/engine/engine-images.ts';
import { openEngineOf } from '../transport/engine/open-engine.ts';
import type { EngineClient, EngineOptions } from '../transport/engine/engine-client.ts';
import { printable } from '../report/printable.ts';
import { readTrials } from '../trials/read-trials.ts';
import { runTrials } from '../trials/run-trials.ts';
import type { Answer, TrialPlan } from '../trials/trial.ts';
import { openComparison } from '../verification/compare-answers.ts';
import { copyOpened } from './copy.ts';
import type { SessionSource, SessionTarget } from './open-places.ts';
import type { Session } from './session.ts';

/** An image or an index, and where it goes in the engine. */
export interface TriedImage {
  readonly root: ImageNode;
  readonly source: SessionSource;
  readonly target: SessionTarget;
  /** In the engine. */
  readonly name: string;
}

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

/** Both are loaded into the same engine. */
const engineOf = ({ reference }: SessionTarget): Pick<EngineReference, 'engine' | 'host'> =>
  reference.kind === 'docker-daemon' ? reference : {};

const withLoaded = async <Result>(
  image: Image,
  { source, target, name }: TriedImage,
  { session, engine }: { readonly session: Session; readonly engine: EngineClient },
  use: (name: string) => Promise<Result>,
): Promise<Result> => {
  try {
    const options = { source: source.name, target: target.name };
    await copyOpened({ root: image, source, target, session, options });
    return await use(name);
  } finally {
    await untagImage(engine, name);
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

/** Ports that an image exposes by TCP, in the order of its config. */
const exposedPorts = ({ config, document }: Image): number[] => {
  const { config: runtime } = parseJson(config.bytes, `config of ${document.descriptor.digest}`);
  const ports = (runtime as { ExposedPorts?: object } | undefined)?.ExposedPorts ?? {};
  return Object.keys(ports).flatMap((name) => {
    const [, port] = /^(\d+)(?:\/tcp)?$/.exec(name) ?? [];
    return port === undefined ? [] : [Number(port)];
  });
};
