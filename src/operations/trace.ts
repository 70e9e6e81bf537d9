import { createReadStream } from 'node:fs';
import type { TraceOptions } from '../api/options.ts';
import type { TracedRun, TraceResult } from '../api/trace.ts';
import { ReslimError } from '../base/errors.ts';
import { withIoErrors } from '../base/io-error.ts';
import { replaceFile } from '../base/replace-file.ts';
import { imagesOf, type Image } from '../oci/image.ts';
import { formatPlatform, matchesPlatform, type Platform } from '../oci/platform.ts';
import { readRecording } from '../recordings/read-recording.ts';
import { printable } from '../report/printable.ts';
import { enginePlatform } from '../transport/engine/engine-images.ts';
import { openEngineOf } from '../transport/engine/open-engine.ts';
import { networkFor } from '../transport/network.ts';
import { readTrials } from '../trials/read-trials.ts';
import { runStart, runTrials } from '../trials/run-trials.ts';
import type { Answer, TrialPlan } from '../trials/trial.ts';
import type { TrialRun } from '../trials/with-container.ts';
import { engineOf, exposedPorts, withLoaded } from './engine-image.ts';
import { withSession } from './session.ts';
import { refuseEmpty } from './slim-checks.ts';
import { traceName } from './trial-names.ts';
import { openTracer, type TracedStart } from './tracer.ts';

/**
 * Runs an image in an engine under strace, and writes which files were used to `output`. Containers and names in the engine
 * are gone at the end, also when the run is interrupted. Rejects with `unsupported` where strace is missing, or the engine is
 * on another machine, and with `io` where the image does not answer what it is asked.
 */
export const trace = (options: TraceOptions): Promise<TraceResult> =>
  withSession(options, async (session) => {
    const { source: name, output, engine: kind = 'docker-daemon', command, trials = {} } = options;
    const tracer = await openTracer(await session.newFolder());
    const loaded = traceName();
    const { sources, targets } = await session.open({
      sources: [name],
      targets: [`${kind === 'docker' ? 'docker-daemon' : kind}:${loaded}`],
    });
    const [source] = sources;
    const [target] = targets;
    const root = await session.read(source);
    refuseEmpty(imagesOf(root), source.name);
    const network = networkFor(options.network).engine;
    const client = session.add(
      await openEngineOf(engineOf(target), { ...network, signal: undefined }),
    );
    const image = imageFor(await enginePlatform(client), imagesOf(root));
    const platform = formatPlatform(image.platform);
    const plan = readTrials(trials, exposedPorts(image));
    const under = tracer.under(startOf(image, command));
    session.onEvent({ type: 'stage', stage: 'trace', platform });
    const answers = await withLoaded(
      image,
      { root, source, target, name: loaded },
      { session, engine: client },
      (imageName) =>
        runAll(
          {
            engine: client,
            image: imageName,
            role: 'original',
            plan,
            under,
            signal: session.signal,
          },
          command !== undefined,
        ),
    );
    refuseFaults(answers, { plan, name: source.name });
    const { files } = await readRecording(tracer.output);
    // One is the working folder, which this run wrote itself.
    if (files.length <= 1) throw nothingTraced(answers);
    await withIoErrors(output, () => replaceFile(output, createReadStream(tracer.output)));
    return {
      source: { name: source.name, digest: source.root.digest },
      platform,
      engine: client.kind,
      output,
      runs: answers.map(({ run, answer }) => ({ ...run, answer: firstLine(answer) })),
      files: files.length,
      notes: session.notes,
    };
  });

interface Answered {
  readonly run: Omit<TracedRun, 'answer'>;
  readonly answer: Answer;
}

/** What is asked; where nothing is, or a command line is given for it alone, what the image starts by itself. */
const runAll = async (run: TrialRun, isStarted: boolean): Promise<readonly Answered[]> => {
  const { trials } = run.plan;
  const hasService = trials.some(({ kind }) => kind !== 'run');
  const started: Answered[] =
    trials.length === 0 || (isStarted && !hasService)
      ? [
          {
            run: { kind: 'start', subject: (run.under?.start ?? []).join(' ') },
            answer: await runStart(run),
          },
        ]
      : [];
  const answers = trials.length === 0 ? [] : await runTrials(run);
  return [
    ...started,
    ...trials.map(({ kind, subject }, at) => ({
      run: { kind, subject },
      answer: answers[at] as Answer,
    })),
  ];
};

/** strace is of this machine: what runs under it must be for its processor. */
const imageFor = (platform: Platform, images: readonly Image[]): Image => {
  const fitting = images.find((image) => matchesPlatform(platform, image.platform));
  if (!fitting)
    throw new ReslimError(
      'unsupported',
      `no image for ${formatPlatform(platform)}, which is what the engine runs`,
    );
  if (platform.architecture !== (ARCHITECTURES[process.arch] ?? process.arch))
    throw new ReslimError(
      'unsupported',
      `the engine runs ${formatPlatform(platform)}, and strace of this machine does not`,
      { hint: 'trace where the engine runs' },
    );
  return fitting;
};

/** As Go names processors, and OCI with it. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

const startOf = ({ config }: Image, command: readonly string[] | undefined): TracedStart => {
  const { entrypoint, cmd, workingDir } = config.value.runtime;
  const words = [...entrypoint, ...(command ?? cmd)];
  if (words.length > 0) return { words, folder: `/${workingDir.replace(/^\/+/, '')}` };
  throw new ReslimError('usage', 'the image starts nothing', { hint: 'add -- CMD' });
};

/** A run that did not do what was asked says less than its user thinks. */
const refuseFaults = (
  answers: readonly Answered[],
  { plan, name }: { readonly plan: TrialPlan; readonly name: string },
): void => {
  const failed = answers.find(({ answer }) => answer.isFault);
  if (!failed) return;
  const { kind, subject } = failed.run;
  const [, ...lines] = failed.answer.text.split('\n').map(printable);
  throw new ReslimError('io', `no answer, ${kind} ${subject}: ${firstLine(failed.answer)}`, {
    hint: [
      ...lines.slice(0, 2),
      ...(plan.network === 'host'
        ? []
        : ['where the engine has no bridge network, add --network host']),
    ].join('\n'),
    place: name,
  });
};

const nothingTraced = (answers: readonly Answered[]): ReslimError => {
  const lines = answers.flatMap(({ answer }) => answer.text.split('\n'));
  const why = lines.find((line) => /strace|ptrace/.test(line)) ?? firstLine(answers[0]?.answer);
  return new ReslimError('unsupported', `strace recorded nothing: ${printable(why)}`, {
    hint: 'the engine must be on this machine, and let containers use ptrace, as Docker and Podman do by default',
  });
};

const firstLine = (answer: Answer | undefined): string =>
  printable(answer?.text.split('\n', 1)[0] ?? '');
