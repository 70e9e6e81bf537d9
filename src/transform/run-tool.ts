import { execFile } from 'node:child_process';
import { abortedError } from '../base/errors.ts';

export interface RunToolOptions {
  /** A private folder: where the tool runs, its home, and where its temporary files go. */
  readonly folder: string;
  /** Time after which it is killed. */
  readonly seconds: number;
  /** No file it writes grows larger. */
  readonly maxFileSize: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a tool with no environment variable of this process but PATH. Resolves to `undefined`, or to the
 * reason why the tool failed, on one line. Rejects only when the run is aborted.
 */
export const runTool = (
  path: string,
  args: readonly string[],
  { folder, seconds, maxFileSize, signal }: RunToolOptions,
): Promise<string | undefined> => {
  if (signal?.aborted) return Promise.reject(abortedError());
  // The shell sets limits that hold even if this process is killed, then replaces itself by the tool.
  const memory = MEMORY + 8 * maxFileSize;
  const limits = [
    Math.ceil(seconds) + 1,
    Math.ceil(maxFileSize / 512),
    Math.ceil(memory / 1024),
  ].map(String);
  return new Promise((resolve, reject) => {
    execFile(
      '/bin/sh',
      ['-c', LIMITED, 'sh', ...limits, path, ...args],
      {
        cwd: folder,
        env: { PATH: process.env['PATH'], LC_ALL: 'C', HOME: folder, TMPDIR: folder },
        timeout: Math.ceil(seconds * 1000),
        killSignal: 'SIGKILL',
        maxBuffer: 256 * 1024,
        signal,
      },
      (error, stdout, stderr) => {
        if (!error) resolve(undefined);
        else if (signal?.aborted) reject(abortedError());
        else if (error.killed === true) resolve(`did not end within ${seconds} s`);
        else resolve(firstLine(stderr) ?? firstLine(stdout) ?? `ended with ${ending(error)}`);
      },
    );
  });
};

/** Where a system does not support one of the limits, the tool runs without it. */
const LIMITED =
  '{ ulimit -c 0; ulimit -t "$1"; ulimit -f "$2"; ulimit -v "$3"; } 2>/dev/null; shift 3; exec "$@"';

/** Address space that any tool may take, in bytes. */
const MEMORY = 4 * 1024 ** 3;

const ending = ({ code, signal }: { code?: unknown; signal?: unknown }): string =>
  typeof code === 'number' ? `status ${code}` : String(signal ?? code);

const firstLine = (text: string): string | undefined =>
  text
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '')
    ?.slice(0, 200);
