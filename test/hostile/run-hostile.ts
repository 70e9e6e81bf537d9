import { readdirSync, readFileSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile, readlink } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openLyingLayout } from '../../fixtures/hostile/lying-layout.ts';
import { APP } from '../../fixtures/hostile/tiny-tar.ts';
import { outcomeOf, startReslim, type Outcome } from '../support/try-reslim.ts';

/** Whether all is to be tried (`npm run test:long`), or a part that has room in every run. */
export const isLong: boolean = process.env['RESLIM_LONG'] === '1';

/** What a run that refuses an image may take: seconds of processor time, and MB. */
const MAX_SECONDS = 10;
const MAX_MEMORY = 512;

export interface MeasuredOutcome extends Outcome {
  /** User and system time of the process, in seconds: what a busy machine does not change. */
  readonly cpuSeconds: number;
  /** Most memory the process had, in MB. */
  readonly memory: number;
  /** What the run left in its temp folder. */
  readonly leftInTemp: readonly string[];
}

/** Runs reslim with a temp folder of its own, which must be empty, and looks at it meanwhile. */
export const runMeasured = async (
  args: readonly string[],
  { temp, cwd }: { readonly temp: string; readonly cwd: string },
): Promise<MeasuredOutcome> => {
  await mkdir(temp, { recursive: true });
  const child = startReslim(args, { cwd, env: { TMPDIR: temp } });
  child.stdin.end();
  let seen = { cpuSeconds: 0, memory: 0 };
  const timer = setInterval(() => {
    seen = usageOf(child.pid as number) ?? seen;
  }, 20);
  const outcome = await outcomeOf(child);
  clearInterval(timer);
  return { ...outcome, ...seen, leftInTemp: readdirSync(temp) };
};

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const usageOf = (pid: number): { cpuSeconds: number; memory: number } | undefined => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    const [, peak] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return peak === undefined
      ? undefined
      : { cpuSeconds: ticks / 100, memory: (Number(peak) * 1024) / 1e6 };
  } catch {
    return undefined;
  }
};

/** Every file below a folder, with mode and content: two pictures are equal when nothing changed. */
export const pictureOf = async (folder: string): Promise<string[]> => {
  const names = await readdir(folder, { recursive: true });
  return Promise.all(
    names.sort().map(async (name) => {
      const path = join(folder, name);
      const info = await lstat(path);
      const head = `${name} ${info.mode.toString(8)} ${info.size}`;
      if (info.isSymbolicLink()) return `${head} ${await readlink(path)}`;
      // Large files are compared by their time of change.
      if (!info.isFile() || info.size > 50e6) return `${head} ${info.isFile() ? info.mtimeMs : ''}`;
      return `${head} ${createHash('sha256')
        .update(await readFile(path))
        .digest('hex')}`;
    }),
  );
};

export interface Refusal {
  /** The image, as the command line names it. */
  readonly source: string;
  /** The folder the image lies in. */
  readonly path: string;
  /** An empty folder to work in. */
  readonly place: string;
  /** What the `error:` line must say. */
  readonly error: RegExp;
  readonly args?: readonly string[] | undefined;
}

/**
 * Runs the command on an image that must be refused: in one line, in time and within memory, with source
 * and target as they were and nothing left behind.
 */
export const expectRefusal = async ({
  source,
  path,
  place,
  error,
  args = [],
}: Refusal): Promise<void> => {
  const target = join(place, 'target');
  await (await openLyingLayout(target)).image({ layers: [APP] });
  const [targetBefore, before] = await Promise.all([pictureOf(target), pictureOf(path)]);
  const outcome = await runMeasured([source, '-o', `oci:${target}:x`, ...args], {
    temp: join(place, 'temp'),
    cwd: place,
  });
  const line = errorLine(outcome);
  expect(line).toMatch(error);
  if (RAISABLE.test(line)) expect(outcome.stderr).toMatch(/^hint: raise it with --max-[a-z-]+ /m);
  expect(outcome.leftInTemp).toEqual([]);
  expect(await pictureOf(target)).toEqual(targetBefore);
  expect(await pictureOf(path)).toEqual(before);
  expect(outcome.cpuSeconds).toBeLessThan(MAX_SECONDS);
  expect(outcome.memory).toBeLessThan(MAX_MEMORY);
};

/** Limits that a user may have to raise. */
const RAISABLE = /\((documentSize|layerCount|entryCount|layerSize|expansionRatio)\)/;

/** What stderr may hold of a failed run, checked: one error, a few hints, nothing else. */
export const errorLine = ({ status, stdout, stderr }: Outcome): string => {
  const lines = stderr.split('\n');
  const [first = '', ...rest] = lines.slice(0, -1);
  const isWell =
    status === 1 &&
    stdout === '' &&
    lines.at(-1) === '' &&
    lines.length <= 6 &&
    first.startsWith('error: ') &&
    rest.every((line) => line.startsWith('hint: ')) &&
    // oxlint-disable-next-line no-control-regex -- none may reach the terminal
    !/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e]/.test(stderr) &&
    !/\n\s+at |node:|\.[jt]s:\d/.test(stderr) &&
    lines.every((line) => line.length < 2000);
  if (!isWell)
    throw new Error(`status ${status}\nstdout: ${stdout}\nstderr: ${stderr.slice(0, 4000)}`);
  return first;
};
