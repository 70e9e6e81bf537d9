import { CommanderError } from 'commander';
import { abortedError } from '../base/errors.ts';
import { askedUsage } from './settings/asked-usage.ts';
import { asFailure, debugText, EXIT, exitStatus, formatFailure } from './display/failure.ts';
import { watchInterruption } from './interruption.ts';
import { exitWith, watchOutput, writeLines } from './display/output.ts';
import { createProgram, NO_ACTIONS } from './program.ts';

/** Runs the command line and ends the process with a documented status. `argv` is without node and script. */
export const main = async (argv: readonly string[]): Promise<void> => {
  watchOutput();
  const signal = watchInterruption();
  const fail = (error: unknown): Promise<never> =>
    exitWith(tell(signal.aborted ? abortedError() : error, { cause: error, argv }));
  process.on('uncaughtException', fail);
  try {
    await createProgram({
      slim: async (source, flags) => {
        const { slimCommand } = await import('./commands/slim-command.ts');
        await slimCommand(source, flags, signal);
      },
      copy: async (places, flags) => {
        const { copyCommand } = await import('./commands/copy-command.ts');
        await copyCommand(places, flags, signal);
      },
      inspect: async (source, flags) => {
        const { inspectCommand } = await import('./commands/inspect-command.ts');
        await inspectCommand(source, flags, signal);
      },
      validate: async (source, flags) => {
        const { validateCommand } = await import('./commands/validate-command.ts');
        if (!(await validateCommand(source, flags, signal))) await exitWith(EXIT.policy);
      },
      login: async (registry, flags) => {
        const { loginCommand } = await import('./commands/login-command.ts');
        await loginCommand(registry, flags, signal);
      },
      logout: async (registry, flags) => {
        const { logoutCommand } = await import('./commands/login-command.ts');
        await logoutCommand(registry, flags, signal);
      },
      completion: async (shell) => {
        const { completionScript } = await import('./completion/completion-script.ts');
        await writeLines(process.stdout, [await completionScript(shell)]);
      },
      cache: {
        show: async () => (await cacheCommand()).showCache(),
        prune: async (flags) => (await cacheCommand()).pruneCacheCommand(flags),
      },
      profiles: {
        list: async () => (await profilesCommand()).listProfiles(),
        show: async (name) => (await profilesCommand()).showProfile(name),
        test: async (file, image) => (await profilesCommand()).testProfile(file, image, signal),
        lint: async (files, images) =>
          (await profilesCommand()).lintProfiles(files, images, signal),
      },
    }).parseAsync(argv, { from: 'user' });
    await exitWith(EXIT.done);
  } catch (error) {
    // `--help` and `--version` leave the parser this way too.
    await (error instanceof CommanderError && error.exitCode === 0
      ? exitWith(EXIT.done)
      : fail(error));
  }
};

/** Loaded when it is asked for: `--help` should not wait for it. */
const profilesCommand = () => import('./commands/profiles-command.ts');

const cacheCommand = () => import('./commands/cache-command.ts');

interface Told {
  /** What was thrown, for debugging. */
  readonly cause: unknown;
  readonly argv: readonly string[];
}

/** Prints an error and returns the status for it. */
const tell = (error: unknown, { cause, argv }: Told): number => {
  const failure = asFailure(error, askedUsage(createProgram(NO_ACTIONS), argv));
  process.stderr.write(formatFailure(failure));
  if (process.env['RESLIM_DEBUG'] === '1') process.stderr.write(debugText(cause));
  return exitStatus(failure);
};
