import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { EventListener } from '../api/events.ts';

/**
 * The same listener; before an image is written, it collects the garbage that judging left, so that buffers and
 * compressors can use the memory. V8 would wait: it sees a small heap, not the memory of the whole process.
 * Only a program may do so for itself, and never a library. Measured on an image of 55,000 files: 60 ms, and
 * 40 to 60 MB less at the peak.
 */
export const collectingBeforeWrite = (onEvent: EventListener): EventListener => {
  let collect: (() => void) | undefined;
  return (event) => {
    onEvent(event);
    if (event.type !== 'stage' || event.stage !== 'write') return;
    if (!collect) {
      setFlagsFromString('--expose-gc');
      collect = runInNewContext('gc') as () => void;
    }
    collect();
  };
};
