import { setTimeout as wait } from 'node:timers/promises';

const TRIES = 100;

/** Resolves once a registry answers at a host of this machine; rejects after five seconds. */
export const untilUp = async (host) => {
  for (let tried = 0; tried < TRIES; tried++) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined);
    if (answer?.ok) return;
    await wait(50);
  }
  throw new Error(`the registry does not answer at ${host}`);
};
