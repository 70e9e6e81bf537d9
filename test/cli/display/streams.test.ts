import { readdir } from 'node:fs/promises';
import { mkdirSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { layerTar } from '../../support/layer-tar.ts';
import { requireTools } from '../../support/requires.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { writeSample } from '../support/sample-layout.ts';
import { outcomeOf, RESLIM, startReslim } from '../../support/try-reslim.ts';

const run = promisify(execFile);
const root = tempFolder();

beforeAll(() => writeSample(root));

/** Runs a shell line in which `$RESLIM` is the command. */
const shell = async (line: string, env: Record<string, string> = {}): Promise<string> => {
  const { PATH = '' } = process.env;
  const { stdout } = await run('bash', ['-c', line], {
    cwd: root,
    env: { PATH, RESLIM: `${process.execPath} ${RESLIM}`, TERM: 'xterm', ...env },
  });
  return stdout;
};

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('a run ended by %s', (signal) => {
  test('exits with 130, one line, and an empty temp folder', async () => {
    const TMPDIR = join(root, signal);
    mkdirSync(TMPDIR);
    const child = startReslim(['-', '-o', 'x.tar'], { cwd: root, env: { TMPDIR } });
    const outcome = outcomeOf(child);
    // The beginning of an archive: the run waits for the rest.
    child.stdin.write((await layerTar([{ name: 'a', body: 'b' }])).subarray(0, 1024));
    while ((await readdir(TMPDIR)).length === 0) await delay(20);
    child.kill(signal);
    expect(await outcome).toEqual({ status: 130, stdout: '', stderr: 'error: interrupted\n' });
    expect(await readdir(TMPDIR)).toEqual([]);
  });
});

test('a reader of stdout that goes away is no error', async () => {
  // The first reads one line of many; the second is gone before anything is written.
  expect(await shell('{ $RESLIM completion bash | head -1 >&3; } 3>/dev/null 2>&1')).toBe('');
  expect(await shell('{ $RESLIM app:1.0 --dry-run --json | true; } 2>&1')).toBe('');
});

test('a full disk under stdout is one line of error', async () => {
  expect(await shell('$RESLIM --help 2>&1 >/dev/full; echo $?')).toBe(
    'error: no space left, stdout\nhint: free some space, or set TMPDIR to a larger place\n1\n',
  );
});

test('a report can be written to a pipe', async () => {
  const json = await shell('$RESLIM app:1.0 --dry-run -q --report >(cat); sleep 0.3');
  expect(JSON.parse(json)).toMatchObject({ schema: 1, dryRun: true });
});

/** What a terminal is sent on stdout and stderr. */
const terminal = (command: string, env: Record<string, string> = {}): Promise<string> =>
  shell(`script -qefc "stty cols 100; $RESLIM ${command}" /dev/null </dev/null`, env);

test('an interrupt ends a run that waits for stdin', async () => {
  const child = startReslim(['-', '-o', 'x.tar'], { cwd: root });
  const outcome = outcomeOf(child);
  await delay(1500);
  child.kill('SIGTERM');
  expect(await outcome).toEqual({ status: 130, stdout: '', stderr: 'error: interrupted\n' });
});

test('a second interrupt ends a run at once', async () => {
  const TMPDIR = join(root, 'second');
  mkdirSync(TMPDIR);
  const child = startReslim(['-', '-o', 'x.tar'], { cwd: root, env: { TMPDIR } });
  const outcome = outcomeOf(child);
  child.stdin.write((await layerTar([{ name: 'a', body: 'b' }])).subarray(0, 1024));
  while ((await readdir(TMPDIR)).length === 0) await delay(20);
  child.kill('SIGTERM');
  child.kill('SIGINT');
  expect(await outcome).toEqual({ status: 130, stdout: '', stderr: 'error: interrupted\n' });
  expect(await readdir(TMPDIR)).toEqual([]);
});

describe.runIf(requireTools('script'))('a run on a terminal', () => {
  test('shows progress and erases it before the coloured summary', async () => {
    const seen = await terminal('app:1.0 -o t:1');
    const [progress, summary] = seen.split('\x1b[2K') as [string, string];
    expect(progress).toMatch(/^\r. opening/);
    expect(summary).toMatch(/^\x1b\[1moci:t:1\x1b\[22m/);
    expect(summary).not.toContain('\x1b[K');
  });

  test('shows no progress with --progress never, --quiet, or TERM=dumb', async () => {
    expect(await terminal('app:1.0 -o t:1 --progress never')).not.toContain('opening');
    expect(await terminal('app:1.0 -o t:1 --quiet')).toBe('');
    expect(await terminal('app:1.0 -o t:1', { TERM: 'dumb' })).not.toContain('\x1b');
  });

  test('shows no colours with NO_COLOR', async () => {
    expect(await terminal('app:1.0 -o t:1 --progress never', { NO_COLOR: '1' })).not.toContain(
      '\x1b',
    );
  });

  test('refuses to write an archive to the terminal or read one from it', async () => {
    const failed = `; echo status $?`;
    expect(await terminal(`app:1.0 -o -${failed}`)).toContain(
      'error: an archive is nothing for a terminal',
    );
    const line = `script -qec "$RESLIM - -o x:1${failed}" /dev/null`;
    expect(await shell(line)).toContain('error: stdin is a terminal');
  });
});

test('in CI, stderr gets a line for each stage, unless there is a reason not to', async () => {
  const stages =
    'opening\nreading linux/amd64\njudging linux/amd64\nwriting linux/amd64\nfinishing\n';
  const stderrOf = (words: string, CI: string) =>
    shell(`$RESLIM app:1.0 -o t:1 --force ${words} 2>&1 >/dev/null`, { CI });
  expect(await stderrOf('', 'true')).toBe(stages);
  expect(await stderrOf('--progress always', '')).toBe(stages);
  for (const [words, CI] of [
    ['', ''],
    ['', 'false'],
    ['--quiet', 'true'],
    ['--progress never', 'true'],
  ] as const)
    expect(await stderrOf(words, CI)).toBe('');
});

test('FORCE_COLOR colours output to a pipe', async () => {
  expect(await shell('$RESLIM app:1.0 -o t:1', { FORCE_COLOR: '1' })).toContain('\x1b[1m');
});
