import { startDistribution } from '../distribution.js';
import { sum } from '../stats.js';

/**
 * Starts a registry that counts what it is asked. `take` returns what that was since the last call: how often each method came,
 * and the bytes of all answers.
 */
export const startCountedRegistry = async (folder) => {
  const { host, takeRequests, close } = await startDistribution(folder);
  const take = async () => {
    const taken = await takeRequests();
    const requests = {};
    for (const { method } of taken) requests[method] = (requests[method] ?? 0) + 1;
    return { requests, bytes: sum(taken.map(({ bytes }) => bytes)) };
  };
  return { host, take, close };
};
