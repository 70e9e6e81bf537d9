import { ReslimError } from '../base/errors.ts';
import { insideOf } from './host-path.ts';
import { RECORDING_LIMITS, type Found, type Recording, type RecordedFile } from './recording.ts';

const STRENGTH = { asked: 0, opened: 1, started: 2 } as const;

/** Collects what a reader finds in a file of this name. */
export const collectFiles = (name: string): Found & { readonly recording: () => Recording } => {
  const files = new Map<string, RecordedFile>();
  let unplaced = 0;
  return {
    add: (file) => {
      if (file.path.length > RECORDING_LIMITS.pathSize || file.path.includes('\0')) return;
      const path = insideOf(file.path).replaceAll(/\/(?:\.?\/)+/g, '/');
      const before = files.get(path);
      if (before && STRENGTH[before.use] >= STRENGTH[file.use]) return;
      if (!before && files.size >= RECORDING_LIMITS.paths)
        throw new ReslimError(
          'limit',
          `more than ${RECORDING_LIMITS.paths} different paths, ${name}`,
          { hint: 'record the application alone, not the whole machine' },
        );
      files.set(path, { ...file, path });
    },
    leaveUnplaced: () => {
      unplaced++;
    },
    recording: () => ({ name, files: [...files.values()], unplaced }),
  };
};
