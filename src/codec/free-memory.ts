import { MessageChannel, type MessagePort } from 'node:worker_threads';

/** Frees the memory of a large buffer, which is empty then; small ones share theirs with others and stay. */
export type FreeMemory = (buffer: Buffer) => void;

/** Bytes. */
const LARGE = 64 * 1024;

/**
 * Threads that do little else collect garbage late, and then for long: what would wait for that is given away, in a
 * message that nobody gets. Without it a megabyte for each block costs 25 MB of memory and a twentieth of the run.
 */
export const openFreeMemory = (): FreeMemory => {
  let port: MessagePort | undefined;
  return ({ buffer, length }) => {
    if (length < LARGE || !(buffer instanceof ArrayBuffer)) return;
    port ??= closedPort();
    port.postMessage(undefined, [buffer]);
  };
};

const closedPort = (): MessagePort => {
  const { port1, port2 } = new MessageChannel();
  port1.close();
  port2.unref();
  return port2;
};
