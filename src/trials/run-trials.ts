import { setTimeout as sleep } from 'node:timers/promises';
import { ReslimError, throwIfAborted } from '../base/errors.ts';
import {
  createContainer,
  removeContainer,
  type Container,
  type ContainerSpec,
} from '../transport/engine/containers.ts';
import type { EngineClient } from '../transport/engine/engine-client.ts';
import { ask } from './ask.ts';
import { isListening } from './listening.ts';
import { probe } from './probe.ts';
import { showBytes, showOutcome } from './show-bytes.ts';
import {
  answered,
  unanswered,
  type Answer,
  type RunTrial,
  type Trial,
  type TrialPlan,
} from './trial.ts';

/** An image that an engine has. */
export interface TrialRun {
  readonly engine: EngineClient;
  readonly image: string;
  /** `original` or `slim`, for probes. */
  readonly role: string;
  readonly plan: TrialPlan;
  readonly signal: AbortSignal | undefined;
}

/** What containers of an image answer, a text for each trial. All containers are gone at the end. */
export const runTrials = async (run: TrialRun): Promise<readonly Answer[]> => {
  const { trials } = run.plan;
  const answers = new Map<Trial, Answer>();
  for (const trial of trials)
    if (trial.kind === 'run') answers.set(trial, await runCommand(trial, run));
  const questions = trials.filter((trial) => trial.kind !== 'run');
  if (questions.length > 0)
    await withService(run, async (service) => {
      for (const trial of questions) answers.set(trial, await question(trial, service, run));
    });
  return trials.map((trial) => answers.get(trial) as Answer);
};

const HOST = '127.0.0.1';
/** Between two looks at a container, in milliseconds. */
const PAUSE = 100;

/**
 * A started container for the time of `use`, or why the engine does not start it. It is removed whatever happens, also when
 * the run is interrupted.
 */
const withContainer = async <Result>(
  { engine, image, plan, signal }: TrialRun,
  spec: Pick<ContainerSpec, 'command' | 'ports'>,
  use: (container: Container, refusal: string | undefined) => Promise<Result>,
): Promise<Result> => {
  const { env, network } = plan;
  const labels = { 'dev.reslim.verify': 'trial' };
  const container = await createContainer(engine, { image, env, network, labels, ...spec }, signal);
  try {
    const refusal = await container.start();
    return await use(container, refusal && `not started: ${refusal.replaceAll(ID, 'ID')}`);
  } finally {
    await removeContainer(engine, container.id);
  }
};

/** Of a container or a layer: another one each time. */
const ID = /[0-9a-f]{64}/g;

const runCommand = (trial: RunTrial, run: TrialRun): Promise<Answer> =>
  withContainer(run, { command: trial.words, ports: [] }, async (container, refusal) => {
    if (refusal !== undefined) return unanswered(refusal);
    const { wait } = run.plan;
    const limit = Date.now() + wait;
    let state = await container.state();
    for (; !state.hasEnded && Date.now() < limit; state = await container.state())
      await pause(run.signal);
    const output = await container.output();
    return state.hasEnded
      ? answered(showOutcome({ end: `exit status ${state.exitStatus}`, ...output }))
      : unanswered(showOutcome({ end: `did not end within ${wait / 1000} s`, ...output }));
  });

/** What an image starts, or why it answers nothing. */
interface Service {
  readonly container: Container;
  /** `undefined` where it listens. */
  readonly fault: string | undefined;
}

const withService = async (
  run: TrialRun,
  use: (service: Service) => Promise<void>,
): Promise<void> => {
  const { plan } = run;
  const asked = plan.trials.flatMap((trial) => (trial.kind === 'http' ? [trial.port] : []));
  const ports = [...new Set([...(plan.port === undefined ? [] : [plan.port]), ...asked])];
  await refuseTakenPorts(plan, ports);
  await withContainer(run, { ports }, async (container, refusal) =>
    use({ container, fault: refusal ?? (await faultOfStart(container, ports, run)) }),
  );
};

/** In the network of this machine, another program may listen where the image would. */
const refuseTakenPorts = async (
  { network }: TrialPlan,
  ports: readonly number[],
): Promise<void> => {
  for (const port of network === 'host' ? ports : [])
    if (await isListening(HOST, port))
      throw new ReslimError('usage', `port ${port} of this machine is taken`, {
        hint: 'let the image listen elsewhere: --env PORT=8123 --port 8123, if it heeds such a variable',
      });
};

/** Waits until all ports are listened to. Where that takes too long, or the container ends, says so with its last lines. */
const faultOfStart = async (
  container: Container,
  ports: readonly number[],
  { plan: { wait }, signal }: TrialRun,
): Promise<string | undefined> => {
  const end = Date.now() + wait;
  for (const port of ports) {
    for (;;) {
      const place = await container.portOf(port);
      if (place !== undefined && (await isListening(HOST, place))) break;
      const { hasEnded, exitStatus } = await container.state();
      if (hasEnded) return `ended with exit status ${exitStatus}\n${await lastLines(container)}`;
      if (Date.now() > end)
        return `does not listen at port ${port} within ${wait / 1000} s\n${await lastLines(container)}`;
      await pause(signal);
    }
  }
  return undefined;
};

const lastLines = async (container: Container): Promise<string> => {
  const { stdout, stderr } = await container.output();
  const lines = [stdout, stderr].flatMap((each) => showBytes(each).trimEnd().split('\n'));
  return lines.slice(-10).join('\n');
};

const question = async (
  trial: Exclude<Trial, RunTrial>,
  { container, fault }: Service,
  { plan, role, signal }: TrialRun,
): Promise<Answer> => {
  throwIfAborted(signal);
  if (fault !== undefined) return unanswered(fault);
  const { wait } = plan;
  if (trial.kind === 'http') {
    const port = (await container.portOf(trial.port)) ?? trial.port;
    return ask(trial, { host: HOST, port, wait, signal });
  }
  const port = plan.port === undefined ? undefined : await container.portOf(plan.port);
  const variables = {
    RESLIM_IMAGE: role,
    RESLIM_CONTAINER: container.id,
    RESLIM_HOST: HOST,
    ...(port !== undefined && {
      RESLIM_PORT: String(port),
      RESLIM_ADDRESS: `${HOST}:${port}`,
    }),
  };
  return probe(trial, { variables, wait, signal });
};

const pause = async (signal: AbortSignal | undefined): Promise<void> => {
  throwIfAborted(signal);
  await sleep(PAUSE);
};
