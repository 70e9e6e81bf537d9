import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const ROOT = join(import.meta.dirname, '../..');

/** The command under test: what `npm run build` made, or an installation named by RESLIM_BIN. */
export const RESLIM = process.env['RESLIM_BIN'] ?? join(ROOT, 'bin/reslim.js');

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: Uint8Array;
}

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts reslim with pipes on all three streams. The caller's own settings stay outside. */
export const startReslim = (
  args: readonly string[],
  { cwd = ROOT, env = {} }: RunOptions = {},
): ChildProcessWithoutNullStreams => {
  const { PATH = '', TMPDIR = '/tmp', HOME = '/' } = process.env;
  return spawn(process.execPath, [RESLIM, ...args], {
    cwd,
    env: { PATH, TMPDIR, HOME, RESLIM_NO_CACHE: '1', ...env },
  });
};

/** Runs reslim to its end, well or not. */
export const tryReslim = async (
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> => {
  const child = startReslim(args, options);
  // A run that fails early does not read its input: that is its right.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input);
  return outcomeOf(child);
};

/** Waits for the end of a process and collects what it says. */
export const outcomeOf = async (child: ChildProcessWithoutNullStreams): Promise<Outcome> => {
  const closed = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await closed, stdout, stderr };
};
