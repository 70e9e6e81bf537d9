import { execFileSync, spawnSync } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { tempFolder } from '../../../support/temp-folder.ts';
import { RESLIM } from '../../../support/try-reslim.ts';

export interface TmuxOptions {
  readonly cwd: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A terminal with reslim in it. */
export interface Tmux {
  /** Presses keys, by the names of tmux, at once. */
  readonly press: (...keys: readonly string[]) => void;
  /** The lines of the screen once a condition holds; fails with them where it does not come true. */
  readonly screen: (holds: string | ((lines: string) => boolean)) => Promise<string>;
  readonly resize: (columns: number, rows: number) => void;
  /** The process id of reslim. */
  readonly pid: () => number;
  /** The screen as it is, with escape codes. */
  readonly raw: () => string;
}

/** Longest wait for a screen, in milliseconds: a busy machine is slow to start programs. */
const PATIENCE = 60_000;

/** Starts reslim on a terminal of tmux's, after a line of a shell's, which says the exit status in the end. */
export const openTmux = (
  args: readonly string[],
  { cwd, columns = 80, rows = 24, env = {} }: TmuxOptions,
): Tmux => {
  const socket = join(tempFolder(), 'tmux');
  const tmux = (...words: readonly string[]): string =>
    execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...words], { encoding: 'utf8' });
  onTestFinished(() => void spawnSync('tmux', ['-S', socket, 'kill-server']));
  const settings = Object.entries({ RESLIM_NO_CACHE: '1', ...env }).map(
    ([key, value]) => `${key}=${value}`,
  );
  const command = [
    'env',
    '-u',
    'CI',
    '-u',
    'NO_COLOR',
    '-u',
    'FORCE_COLOR',
    ...settings,
    process.execPath,
    RESLIM,
    ...args,
  ]
    .map((word) => `'${word}'`)
    .join(' ');
  const shell = `echo before; ${command}; echo "status $?"; exec sleep 600`;
  tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), '-c', cwd, shell);
  const capture = (): string => tmux('capture-pane', '-p');
  return {
    press: (...keys) => void tmux('send-keys', ...keys),
    screen: async (holds) => {
      const isReady = typeof holds === 'string' ? (lines: string) => lines.includes(holds) : holds;
      const end = Date.now() + PATIENCE;
      for (;;) {
        const lines = capture();
        if (isReady(lines)) return lines;
        if (Date.now() > end) throw new Error(`the screen stays:\n${lines}`);
        await setTimeout(100);
      }
    },
    resize: (width, height) =>
      void tmux('resize-window', '-x', String(width), '-y', String(height)),
    pid: () => {
      const shellPid = tmux('display-message', '-p', '#{pane_pid}').trim();
      return Number(execFileSync('pgrep', ['-P', shellPid], { encoding: 'utf8' }).trim());
    },
    raw: () => tmux('capture-pane', '-p', '-e'),
  };
};
