import { throwIfAborted } from '../base/errors.ts';
import type { Container } from '../transport/engine/containers.ts';
import { ask } from './ask.ts';
import { probe } from './probe.ts';
import { showOutcome } from './show-bytes.ts';
import { answered, unanswered, type Answer, type RunTrial, type Trial } from './trial.ts';
import { pause, withContainer, type TrialRun } from './with-container.ts';
import { HOST, withService, type Service } from './with-service.ts';

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
  // Who is interrupted gets no answers, whatever they are.
  throwIfAborted(run.signal);
  return trials.map((trial) => answers.get(trial) as Answer);
};

/** What an image does when it is started as it says itself, and nothing is asked: services do not end by themselves. */
export const runStart = (run: TrialRun): Promise<Answer> =>
  withContainer(run, { ports: [] }, async (container, refusal) => {
    if (refusal !== undefined) return unanswered(refusal);
    const end = await waitForEnd(container, run);
    return answered(
      end === undefined
        ? `ran for ${run.plan.wait / 1000} s`
        : showOutcome({ end, ...(await container.output()) }),
    );
  });

const runCommand = ({ words }: RunTrial, run: TrialRun): Promise<Answer> =>
  withContainer(run, { command: words, ports: [] }, async (container, refusal) => {
    if (refusal !== undefined) return unanswered(refusal);
    const end = await waitForEnd(container, run);
    const output = await container.output();
    return end === undefined
      ? unanswered(showOutcome({ end: `did not end within ${run.plan.wait / 1000} s`, ...output }))
      : answered(showOutcome({ end, ...output }));
  });

/** Waits until a container ends: `exit status 0`. `undefined` where that takes longer than it may. */
const waitForEnd = async (
  container: Container,
  { plan: { wait }, signal }: TrialRun,
): Promise<string | undefined> => {
  const limit = Date.now() + wait;
  let state = await container.state();
  for (; !state.hasEnded && Date.now() < limit; state = await container.state())
    await pause(signal);
  return state.hasEnded ? `exit status ${state.exitStatus}` : undefined;
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
