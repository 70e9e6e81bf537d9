import { createReadStream } from 'node:fs';
import { RECORDING_LIMITS } from './recording.ts';

/** The lines of a file as binary strings, without their ends. One that is longer than a limit is empty. */
export async function* readLines(path: string): AsyncGenerator<string> {
  let carried = '';
  let isTooLong = false;
  for await (const chunk of createReadStream(path, {
    encoding: 'latin1',
    highWaterMark: 1 << 18,
  })) {
    const lines = `${carried}${chunk as string}`.split('\n');
    carried = lines.pop() as string;
    for (const line of lines) {
      yield isTooLong || line.length > RECORDING_LIMITS.lineSize ? '' : line.replace(/\r$/, '');
      isTooLong = false;
    }
    if (carried.length > RECORDING_LIMITS.lineSize) {
      carried = '';
      isTooLong = true;
    }
  }
  if (carried !== '' && !isTooLong) yield carried;
}
