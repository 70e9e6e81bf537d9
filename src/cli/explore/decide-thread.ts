import { parentPort, workerData } from 'node:worker_threads';
import { cacheFolder, explore, openRuntime } from '../../index.ts';
import { asFailure } from '../display/failure.ts';
import type { ThreadOrder, ThreadReply } from './decide-in-thread.ts';

/* The program of a thread: decides at level `minimal`, so that keys are obeyed meanwhile. Any message stops it. */

const controller = new AbortController();

const decide = async ({ options, usesCache }: ThreadOrder): Promise<ThreadReply> => {
  const runtime = await openRuntime(usesCache ? { cache: { folder: cacheFolder() } } : {});
  try {
    const { signal } = controller;
    const { minimal } = await explore({ ...options, minimal: true, runtime, signal });
    return { minimal };
  } catch (error) {
    const { code, message, hint } = asFailure(error);
    return { failure: { code, message, hint } };
  } finally {
    await runtime.close();
  }
};

const main = async (): Promise<void> => {
  parentPort?.postMessage(await decide(workerData as ThreadOrder));
  parentPort?.close();
};

parentPort?.once('message', () => controller.abort());
// With an `await` out here, Rolldown would put a file in front of each chunk that is loaded late.
void main();
