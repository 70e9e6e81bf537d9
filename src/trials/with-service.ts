import { ReslimError } from '../base/errors.ts';
import type { Container } from '../transport/engine/containers.ts';
import { isListening } from './listening.ts';
import { showBytes } from './show-bytes.ts';
import type { TrialPlan } from './trial.ts';
import { pause, withContainer, type TrialRun } from './with-container.ts';

/** Where services of containers are reached. */
export const HOST = '127.0.0.1';

/** What an image starts, or why it answers nothing. */
export interface Service {
  readonly container: Container;
  /** `undefined` where it listens. */
  readonly fault: string | undefined;
}

/** Starts an image as it says itself, and waits until it listens. Its container is gone at the end. */
export const withService = async (
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
