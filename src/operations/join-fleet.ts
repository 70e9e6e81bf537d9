import type { MirrorOptions } from '../api/mirror.ts';
import type { Fleet } from './open-fleet.ts';
import type { Session } from './session.ts';

/** The fleet of the queue that the options name, until the session ends; `undefined` where there is none, and in dry runs. */
export const joinFleet = async (
  { queue: url, dryRun = false }: Pick<MirrorOptions, 'queue' | 'dryRun'>,
  { signal, addNote, add }: Pick<Session, 'signal' | 'addNote' | 'add'>,
): Promise<Fleet | undefined> => {
  if (url === undefined || dryRun) return undefined;
  const { openFleet } = await import('./open-fleet.ts');
  return add(await openFleet({ url, signal, onNote: addNote }));
};
