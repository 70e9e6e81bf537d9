import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const BIN = fileURLToPath(new URL('../../bin/reslim.js', import.meta.url));
/** Tells the process's own high-water mark when it ends. */
const METER = `data:text/javascript,${encodeURIComponent(
  `process.on('exit', () => console.error('peak KiB: ' + process.resourceUsage().maxRSS))`,
)}`;

export interface Run {
  readonly stdout: string;
  readonly stderr: string;
}

const run = promisify(execFile);
const OPTIONS = { maxBuffer: 256 * 1024 * 1024, cwd: fileURLToPath(new URL('.', import.meta.url)) };

/** Runs the built CLI as a user does; rejects with its output when it fails. */
export const runReslim = (...args: readonly string[]): Promise<Run> => runReslimWith({}, ...args);

/** The same, with more in its environment. */
export const runReslimWith = (
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Run> =>
  run(process.execPath, [BIN, ...args], { ...OPTIONS, env: { ...process.env, ...env } });

/** The same where no file may grow past so many KiB. */
export const runReslimSmall = (
  kibibytes: number,
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Run> =>
  run(
    'bash',
    ['-c', `ulimit -f ${kibibytes} && exec "$@"`, 'bash', process.execPath, BIN, ...args],
    {
      ...OPTIONS,
      env: { ...process.env, ...env },
    },
  );

/** Runs the built CLI and measures its peak resident memory, in MB. */
export const runReslimMeasured = async (...args: readonly string[]): Promise<number> => {
  const { stderr } = await run(process.execPath, ['--import', METER, BIN, ...args], OPTIONS);
  const [, kibibytes] = /peak KiB: (\d+)/.exec(stderr) ?? [];
  if (kibibytes === undefined) throw new Error('the meter did not report');
  return (Number(kibibytes) * 1024) / 1e6;
};
