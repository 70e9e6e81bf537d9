import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/**
 * Gives back what judging left behind, before buffers and compressors take their share. V8 would wait:
 * it sees a small heap, not the memory of the whole process. Measured on an image of 55,000 files: 60 ms,
 * and 40 to 60 MB less at the peak.
 */
export const collectGarbage = (): void => {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
};
