import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfAborted } from '../base/errors.ts';
import {
  createContainer,
  removeContainer,
  type Container,
  type ContainerSpec,
  type Mount,
} from '../transport/engine/containers.ts';
import type { EngineClient } from '../transport/engine/engine-client.ts';
import type { TrialPlan } from './trial.ts';

/** An image that an engine has. */
export interface TrialRun {
  readonly engine: EngineClient;
  readonly image: string;
  /** `original` or `slim`, for probes. */
  readonly role: string;
  readonly plan: TrialPlan;
  /** Has another program run what is started. @default nothing does */
  readonly under?: UnderProgram | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A program that is started in place of a command line, and starts that. */
export interface UnderProgram {
  /** Its command line; what it starts follows. */
  readonly words: readonly string[];
  /** What the image starts by itself. */
  readonly start: readonly string[];
  readonly mounts: readonly Mount[];
  readonly labels: Readonly<Record<string, string>>;
  /** Is waited for before each start. */
  readonly prepare: () => Promise<void>;
}

/**
 * A started container for the time of `use`, or why the engine does not start it. It is removed whatever happens, also when
 * the run is interrupted.
 */
export const withContainer = async <Result>(
  { engine, image, plan, under, signal }: TrialRun,
  { command, ports }: Pick<ContainerSpec, 'command' | 'ports'>,
  use: (container: Container, refusal: string | undefined) => Promise<Result>,
): Promise<Result> => {
  const { env, network } = plan;
  const container = await createContainer(
    engine,
    {
      image,
      env,
      network,
      ports,
      command: under ? [...under.words, ...(command ?? under.start)] : command,
      labels: under?.labels ?? { 'dev.reslim.verify': 'trial' },
      mounts: under?.mounts,
    },
    signal,
  );
  try {
    await under?.prepare();
    const refusal = await container.start();
    const result = await use(container, refusal && `not started: ${refusal.replaceAll(ID, 'ID')}`);
    // What it does when it ends is part of what is watched.
    if (under && refusal === undefined) await container.stop(STOP_WAIT);
    return result;
  } finally {
    await removeContainer(engine, container.id);
  }
};

/** Milliseconds that it may take to end. What does not heed a signal as the first process is not worth more. */
const STOP_WAIT = 2000;

/** Of a container or a layer: another one each time. */
const ID = /[0-9a-f]{64}/g;

/** Between two looks at a container, in milliseconds. */
const PAUSE = 100;

/** Waits a moment. Throws `aborted`. */
export const pause = async (signal: AbortSignal | undefined): Promise<void> => {
  throwIfAborted(signal);
  await sleep(PAUSE);
};
