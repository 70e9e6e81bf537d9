import type { CommanderError } from 'commander';
import { ReslimError } from '../base/errors.ts';
import { closestWord } from '../yaml/closest-word.ts';
import type { Command } from './command.ts';

/**
 * A mistake in how a command is called. `path` are the words that lead to the command, `args` its arguments
 * without options.
 */
export const usageError = (
  { code, message }: CommanderError,
  command: Command,
  { path, args }: { readonly path: readonly string[]; readonly args: readonly string[] },
): ReslimError => {
  const usage = usageHint(command, path);
  if (code === 'commander.missingArgument') {
    const [, name] = /'(.+)'/.exec(message) ?? [];
    return new ReslimError('usage', `${name ?? 'an argument'} is missing`, { hint: usage });
  }
  if (code === 'commander.excessArguments' && command.operands === undefined && command.commands) {
    return unknownCommand(args[0] ?? '', command, path);
  }
  if (code === 'commander.excessArguments' && command.usage !== undefined) {
    return new ReslimError('usage', 'there is more than one SOURCE', {
      hint: [...closeCommand(args[0], command), 'name the target with -o TARGET'].join('\n'),
    });
  }
  const [what = '', suggestion] = message.replace(/^error: /, '').split('\n');
  const hint = suggestion?.replace(/^\(Did you mean (.*)\?\)$/, 'did you mean $1?') ?? usage;
  return new ReslimError('usage', what, { hint });
};

/** A misspelt command is taken for a SOURCE. */
const closeCommand = (word: string | undefined, { commands = [] }: Command): string[] => {
  const names = commands.map(({ name }) => name);
  const near = word !== undefined && /^\w+$/.test(word) ? closestWord(word, names) : undefined;
  return near === undefined ? [] : [`did you mean the command ${near}?`];
};

/** The error for a word that names no command of `command`. */
export const unknownCommand = (
  word: string,
  { commands = [] }: Command,
  path: readonly string[],
): ReslimError => {
  const names = commands.map(({ name }) => name);
  const near = closestWord(word, names);
  return new ReslimError('usage', `${path.join(' ')} has no command ${JSON.stringify(word)}`, {
    hint: near === undefined ? `there are: ${names.join(', ')}` : `did you mean ${near}?`,
  });
};

/** `reslim copy SOURCE TARGET, and more in reslim copy --help` */
const usageHint = (command: Command, path: readonly string[]): string => {
  const words = path.join(' ');
  return `${`${words} ${callOf(command)}`.trimEnd()}, and more in ${words} --help`;
};

/** What must follow the name of a command. */
export const callOf = (command: Command): string =>
  usageOf(command)
    .replaceAll(/\[(?:options|command)\]/g, '')
    .trim();

/** What follows the name of a command. */
export const usageOf = ({ usage, operands = [], options, commands }: Command): string =>
  usage ??
  [
    ...operands.map(({ name, repeats, optional }) =>
      repeats ? `[${name}...]` : optional ? `[${name}]` : name,
    ),
    ...(options === undefined ? [] : ['[options]']),
    ...(commands === undefined ? [] : ['[command]']),
  ].join(' ');
