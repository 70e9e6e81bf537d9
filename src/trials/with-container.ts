import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfAborted } from '../base/errors.ts';
import {
  createContainer,
  removeContainer,
  type Container,
  type ContainerSpec,
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
  readonly signal: AbortSignal | undefined;
}

/**
 * A started container for the time of `use`, or why the engine does not start it. It is removed whatever happens, also when
 * the run is interrupted.
 */
export const withContainer = async <Result>(
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

/** Between two looks at a container, in milliseconds. */
const PAUSE = 100;

/** Waits a moment. Throws `aborted`. */
export const pause = async (signal: AbortSignal | undefined): Promise<void> => {
  throwIfAborted(signal);
  await sleep(PAUSE);
};
