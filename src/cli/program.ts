import {
  Argument,
  Command as Commander,
  CommanderError,
  Option as CommanderOption,
} from 'commander';
import { VERSION } from '../base/version.ts';
import { camelCase, GROUPS, type Option } from '../options/option.ts';
import { HELP, HELP_ALL, VERSION_OPTION } from '../options/shared-options.ts';
import type { Call, Command, Operand } from './command.ts';
import { describeOption, notationOf } from './describe-option.ts';
import { formatHelp } from './format-help.ts';
import { readChoice, readValue } from './settings/read-value.ts';
import { callOf, unknownCommand, usageError, usageOf } from './usage-error.ts';

/** What is done with a command, and with the words and options it was called with. */
export type Run = (command: Command, given: Pick<Call, 'operands' | 'flags'>) => Promise<void>;

/**
 * Builds the parser of the command line from the list of commands. Parsing throws a `CommanderError`
 * after `--help` and `--version`, and a `ReslimError` for words that make no command or no value.
 * Nothing is printed but help and the version.
 */
export const createProgram = (root: Command, run: Run): Commander =>
  build(new Commander(root.name), root, { path: [root.name], run });

/** The help of a command, by the words that lead to it. Throws `usage` for words that lead to none. */
export const helpOf = (program: Commander, root: Command, words: readonly string[]): string => {
  let [commander, command] = [program, root];
  for (const [at, word] of words.entries()) {
    const next = command.commands?.find(({ name }) => name === word);
    const below = commander.commands.find((each) => each.name() === word);
    if (!next || !below) throw unknownCommand(word, command, [root.name, ...words.slice(0, at)]);
    [commander, command] = [below, next];
  }
  return commander.helpInformation();
};

interface Place {
  /** The words that lead to a command, its own name included. */
  readonly path: readonly string[];
  readonly run: Run;
}

const build = (commander: Commander, command: Command, { path, run }: Place): Commander => {
  const { summary, operands = [], commands = [] } = command;
  const options = Object.entries(command.options ?? {});
  commander
    .description(summary)
    .usage(usageOf(command))
    .helpCommand(false)
    .enablePositionalOptions()
    .configureOutput({ outputError: () => {} })
    .exitOverride((error) => {
      throw error.exitCode === 0
        ? error
        : usageError(error, command, { path, args: commander.args });
    });
  for (const operand of operands) commander.addArgument(argumentFor(operand));
  for (const group of Object.keys(GROUPS))
    for (const [name, option] of options)
      if (option.group === group) commander.addOption(optionFor(name, option));
  if (path.length === 1) addVersion(commander);
  addHelp(commander, command, path);
  commander.action(() =>
    run(command, { operands: operandsOf(commander, operands), flags: flagsOf(commander, options) }),
  );
  for (const each of commands)
    build(commander.command(each.name), each, { path: [...path, each.name], run });
  return commander;
};

const argumentFor = ({ name, help, repeats, optional, choices }: Operand): Argument => {
  const notation = repeats ? `[${name}...]` : optional ? `[${name}]` : `<${name}>`;
  const argument = new Argument(notation, help);
  return choices ? argument.argParser((text) => readChoice(name, choices, text)) : argument;
};

const optionFor = (name: string, option: Option): CommanderOption =>
  new CommanderOption(notationOf(name, option), describeOption(option))
    .helpGroup(GROUPS[option.group])
    .argParser<unknown>((text, before) => readValue(name, option, text, before));

const addVersion = (program: Commander): void => {
  const { version } = VERSION_OPTION;
  program
    .optionsGroup(GROUPS[version.group])
    .version(VERSION, notationOf('version', version), version.help);
};

/** `--help`, and `--help-all` where there is more to tell. */
const addHelp = (commander: Commander, command: Command, path: readonly string[]): void => {
  const rare = Object.entries(command.options ?? {}).flatMap(([name, option]) =>
    option.rare ? [`--${name}`] : [],
  );
  let showsAll = false;
  commander
    .configureHelp({
      optionDescription: ({ description }) => description,
      subcommandTerm: (below) => termOf(command, below.name()),
      formatHelp: (_, helper) =>
        formatHelp(commander, helper, { command, path, hidden: showsAll ? [] : rare }),
    })
    .addHelpOption(optionFor('help', HELP.help));
  if (rare.length === 0) return;
  commander.addOption(optionFor('help-all', HELP_ALL['help-all'])).on('option:help-all', () => {
    showsAll = true;
    commander.outputHelp();
    throw new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)');
  });
};

/** How a list of commands names one: `copy SOURCE TARGET`. */
const termOf = ({ commands = [] }: Command, name: string): string => {
  const command = commands.find((each) => each.name === name);
  return command ? `${name} ${callOf(command)}`.trimEnd() : name;
};

const operandsOf = (commander: Commander, operands: readonly Operand[]): object =>
  Object.fromEntries(
    operands.map(({ name }, at) => [name.toLowerCase(), commander.processedArgs[at]]),
  );

const flagsOf = (commander: Commander, options: readonly (readonly [string, Option])[]): object =>
  Object.fromEntries(
    options.flatMap(([name]) => {
      const key = camelCase(name);
      // Commander holds `--no-cache` as `cache: false`.
      const value = name.startsWith('no-')
        ? commander.getOptionValue(camelCase(name.slice(3))) === false || undefined
        : commander.getOptionValue(key);
      return value === undefined ? [] : [[key, value]];
    }),
  );
