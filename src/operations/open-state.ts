import { join } from 'node:path';
import { openSeen, type Seen } from '../state/seen.ts';
import { openTargetLocks, type TargetLocks } from '../state/target-locks.ts';
import type { Session } from './session.ts';

/** What runs of one machine know of each other. */
export interface MirrorState extends Pick<TargetLocks, 'hold'> {
  readonly seen: Seen | undefined;
}

/** Opens it in a folder; without one nothing is remembered, and nobody is waited for. It is written down when the session ends. */
export const openState = async (
  state: string | undefined,
  { signal, addNote, add }: Session,
): Promise<MirrorState> => {
  if (state === undefined) return { seen: undefined, hold: (_, action) => action() };
  const onWait = (): void => addNote('another run worked on some of the targets: waited for it');
  const { hold } = await openTargetLocks(join(state, 'locks'), { signal, onWait });
  const seen = openSeen(join(state, 'seen'), { warn: addNote });
  add({ close: async () => seen.close() });
  return { seen, hold };
};
