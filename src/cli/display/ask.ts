import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Asks for a line on the terminal. */
export const askLine = async (question: string, signal: AbortSignal): Promise<string> =>
  ask(question, process.stderr, signal);

/** Asks for a line without showing what is typed. */
export const askSecret = async (question: string, signal: AbortSignal): Promise<string> => {
  process.stderr.write(question);
  const discard = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    return await ask('', discard, signal);
  } finally {
    process.stderr.write('\n');
  }
};

const ask = async (
  question: string,
  output: NodeJS.WritableStream,
  signal: AbortSignal,
): Promise<string> => {
  // With `terminal`, readline turns the echo of the terminal off, and writes what is typed to `output`.
  const lines = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 });
  const stop = new AbortController();
  // In raw mode Ctrl-C and Ctrl-D are keys.
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  lines.once('close', () => stop.abort());
  try {
    return await lines.question(question, { signal: AbortSignal.any([signal, stop.signal]) });
  } finally {
    lines.close();
  }
};
