import { once } from 'node:events';

/**
 * Lets a reader that goes away (`reslim … | head`) end the output quietly. Whoever writes an archive
 * to stdout still sees its own write fail.
 */
export const tolerateClosedPipes = (): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
};

/** Writes lines at the reader's pace; stops when the reader is gone. */
export const writeLines = async (
  stream: NodeJS.WriteStream,
  lines: Iterable<string>,
): Promise<void> => {
  for (const line of lines) {
    if (stream.destroyed) return;
    if (!stream.write(line)) await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
  }
};

/** Ends the process once everything written has left it. */
export const exitWith = async (status: number): Promise<never> => {
  await Promise.all([process.stdout, process.stderr].map(flush));
  process.exit(status);
};

const flush = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    if (stream.destroyed) resolve();
    else stream.write('', () => resolve());
  });
