import { CommanderError } from 'commander';
import { abortedError } from '../base/errors.ts';
import type { Call, Program } from './command.ts';
import { ROOT } from './commands/index.ts';
import { asFailure, debugText, EXIT, exitStatus, formatFailure } from './display/failure.ts';
import { exitWith, watchOutput } from './display/output.ts';
import { watchInterruption } from './interruption.ts';
import { createProgram, helpOf, type Run } from './program.ts';

/** Runs the command line and ends the process with a documented status. `argv` is without node and script. */
export const main = async (argv: readonly string[]): Promise<void> => {
  watchOutput();
  const { signal, extendGrace } = watchInterruption();
  const fail = (error: unknown): Promise<never> =>
    exitWith(report(signal.aborted ? abortedError() : error, error));
  process.on('uncaughtException', fail);
  // `exitWith` ends every run. Where Node has nothing left to do before that, the run waits in vain.
  process.once('beforeExit', () => fail(new Error('it stopped before its end')));
  let status: number = EXIT.done;
  const run: Run = async (command, given) => {
    const action = await command.load();
    const call: Call = { ...given, signal, extendGrace, program };
    status = (await action(call as Call<never, never>)) ?? EXIT.done;
  };
  const commander = createProgram(ROOT, run);
  const program: Program = { root: ROOT, help: (path) => helpOf(commander, ROOT, path) };
  try {
    await commander.parseAsync(argv, { from: 'user' });
    await exitWith(status);
  } catch (error) {
    // `--help` and `--version` leave the parser this way, too.
    await (error instanceof CommanderError && error.exitCode === 0
      ? exitWith(EXIT.done)
      : fail(error));
  }
};

/** Prints an error and returns the status for it. `cause` is what was thrown, for debugging. */
const report = (error: unknown, cause: unknown): number => {
  const failure = asFailure(error);
  process.stderr.write(formatFailure(failure));
  if (process.env['RESLIM_DEBUG'] === '1') process.stderr.write(debugText(cause));
  return exitStatus(failure);
};
