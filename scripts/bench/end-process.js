import { once } from 'node:events';

/** Ends a process that was started here, however it did until now; resolves when it is gone. */
export const endProcess = async (child) => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
};
