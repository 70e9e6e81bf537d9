import { ReslimError } from '../../base/errors.ts';
import type { Environment } from '../../base/home-folder.ts';

/** The URL of the queue, which is better given by a variable: what is on a command line, other users of the machine see. */
export const queueUrl = (flag: string | undefined, env: Environment): string | undefined =>
  flag ?? (env['RESLIM_QUEUE'] || undefined);

/** The same for commands that do nothing without a queue. Throws `usage` where there is none. */
export const neededQueueUrl = (flag: string | undefined, env: Environment): string => {
  const url = queueUrl(flag, env);
  if (url !== undefined) return url;
  throw new ReslimError('usage', 'there is no queue', {
    hint: 'say where it is with --queue redis://HOST:PORT, or in the variable RESLIM_QUEUE',
  });
};
