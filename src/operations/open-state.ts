import { join } from 'node:path';
import { openSeenFolder } from '../state/seen-folder.ts';
import type { Seen } from '../state/seen.ts';
import { openTargetLocks, type TargetLocks } from '../state/target-locks.ts';
import type { Session } from './session.ts';

/** What runs know of each other. */
export interface MirrorState extends Pick<TargetLocks, 'hold'> {
  readonly seen: Seen | undefined;
}

/**
 * Opens what runs of one machine know in a folder; without one nothing is remembered, and nobody is waited for. A fleet
 * remembers together what was `seen`. It is written down when the session ends.
 */
export const openState = async (
  state: string | undefined,
  { signal, addNote, add }: Session,
  seen?: Seen,
): Promise<MirrorState> => {
  if (state === undefined) return { seen, hold: (_, action) => action() };
  const onWait = (): void => addNote('another run worked on some of the targets: waited for it');
  const { hold } = await openTargetLocks(join(state, 'locks'), { signal, onWait });
  return { seen: seen ?? add(openSeenFolder(join(state, 'seen'), { warn: addNote })), hold };
};
