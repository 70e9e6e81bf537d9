import { execFile } from 'node:child_process';
import { resolve as resolvePath } from 'node:path';
import { abortedError, ReslimError } from '../base/errors.ts';
import { showOutcome } from './show-bytes.ts';
import { answered, unanswered, type Answer, type ProbeTrial } from './trial.ts';

/** What a probe is told, beside the environment of this process. */
export interface ProbeOptions {
  readonly variables: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly wait: number;
  readonly signal: AbortSignal | undefined;
}

const OUTPUT_SIZE = 16 * 1024 * 1024;

/** Runs a program of this machine, and resolves to what it did as text. Rejects with `usage` where it cannot be run. */
export const probe = (
  { program }: ProbeTrial,
  { variables, wait, signal }: ProbeOptions,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, ...variables };
    const options = {
      env,
      timeout: wait,
      killSignal: 'SIGKILL' as const,
      maxBuffer: OUTPUT_SIZE,
      encoding: 'buffer' as const,
      signal,
    };
    execFile(resolvePath(program), [], options, (error, stdout, stderr) => {
      const status = error?.code ?? 0;
      if (signal?.aborted) reject(abortedError());
      else if (error?.killed) resolve(unanswered(`did not end within ${wait / 1000} s`));
      else if (typeof status === 'number')
        resolve(answered(showOutcome({ end: `exit status ${status}`, stdout, stderr })));
      else if (status === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
        resolve(unanswered(`wrote more than ${OUTPUT_SIZE} bytes`));
      else reject(notRun(program, error as Error));
    });
  });

const notRun = (program: string, error: Error): ReslimError =>
  new ReslimError('usage', `the probe cannot be run: ${program}`, {
    hint: 'it must be executable: chmod +x',
    cause: error,
  });
