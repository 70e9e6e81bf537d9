import { setImmediate } from 'node:timers/promises';
import { asIoError } from '../../base/io-error.ts';

/** Streams that take no more: what is written to them is lost, and waiting for them is in vain. */
const broken = new WeakSet<NodeJS.WriteStream>();

/**
 * Lets a reader that goes away (`reslim … | head`) end the output quietly; any other trouble with
 * stdout or stderr is thrown. Code that writes an archive to stdout still gets the error of its own write.
 */
export const watchOutput = (): void => {
  for (const [name, stream] of Object.entries({ stdout: process.stdout, stderr: process.stderr })) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      const isFirst = !broken.has(stream);
      broken.add(stream);
      if (isFirst && error.code !== 'EPIPE') throw asIoError(error, name);
    });
  }
};

/** How wide a terminal is; what goes elsewhere is not broken into lines. */
export const columnsOf = ({ isTTY, columns }: NodeJS.WriteStream): number =>
  isTTY && columns > 0 ? columns : Infinity;

/** Writes lines at the reader's pace; stops when the reader is gone. */
export const writeLines = async (
  stream: NodeJS.WriteStream,
  lines: Iterable<string>,
): Promise<void> => {
  for (const line of lines) {
    if (broken.has(stream)) return;
    if (!stream.write(line)) await flushed(stream);
  }
};

/**
 * Ends the process once everything written has left it. A failure that shows only then, such as a
 * full disk under stdout, keeps its own status.
 */
export const exitWith = async (status: number): Promise<never> => {
  process.exitCode ||= status;
  await Promise.all([process.stdout, process.stderr].map(flushed));
  await setImmediate();
  process.exit();
};

/** Resolves when what was written so far has gone, one way or the other. */
const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    if (broken.has(stream)) resolve();
    else stream.write('', () => resolve());
  });
