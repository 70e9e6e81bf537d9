import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { EventListener } from '../api/events.ts';

/**
 * The same listener, which also collects garbage before an image is written, so that buffers and
 * compressors can use the memory. V8 alone would wait: its heap is small, and it ignores the other memory
 * of the process. A program may do this for itself, a library never. Measured on an image of 55,000 files:
 * 60 ms, and 40 to 60 MB less at the peak.
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
