import type { Option, OptionTable } from '../../options/option.ts';
import { HELP, HELP_ALL, VERSION_OPTION } from '../../options/shared-options.ts';
import type { Command, Operand } from '../command.ts';
import { isRepeatable } from '../describe-option.ts';

/** What a shell needs to know of the command line. */
export interface Words {
  readonly options: readonly OptionWord[];
  readonly commands: readonly CommandWord[];
}

export interface OptionWord {
  readonly long: string;
  readonly short: string | undefined;
  readonly description: string;
  /** May be given more than once. */
  readonly repeats: boolean;
  /** `flag` takes no value; `file` any file name; a list these values; `text` anything. */
  readonly value: 'flag' | 'file' | 'text' | readonly string[];
}

export interface CommandWord extends Words {
  readonly name: string;
  readonly description: string;
  /** Its own words; a command without any takes names of images or files. */
  readonly values: readonly string[];
}

/** Reads the words off the list of commands. `profiles` are the names of those that come with reslim. */
export const wordsOf = (root: Command, profiles: readonly string[]): Words => {
  const topics = (root.commands ?? []).map(({ name }) => name);
  const offers = { profiles, commands: topics };
  return {
    options: optionWords({ ...optionsOf(root), ...VERSION_OPTION }, profiles),
    commands: (root.commands ?? []).map((command) => commandWord(command, offers)),
  };
};

type Offers = Readonly<Record<NonNullable<Operand['offers']>, readonly string[]>>;

const commandWord = (command: Command, offers: Offers): CommandWord => {
  const { name, summary, operands = [], commands = [] } = command;
  return {
    name,
    description: summary,
    values: [
      ...operands.flatMap(({ choices, offers: kind }) => choices ?? (kind ? offers[kind] : [])),
      ...commands.map((each) => each.name),
    ],
    options: optionWords(optionsOf(command), offers.profiles),
    commands: commands.map((each) => commandWord(each, offers)),
  };
};

const optionsOf = ({ options = {} }: Command): OptionTable => ({
  ...options,
  ...(Object.values(options).some(({ rare }) => rare) && HELP_ALL),
  ...HELP,
});

const optionWords = (table: OptionTable, profiles: readonly string[]): OptionWord[] =>
  Object.entries(table).map(([name, option]) => ({
    long: `--${name}`,
    short: option.short === undefined ? undefined : `-${option.short}`,
    description: option.help,
    repeats: isRepeatable(option),
    value: valueOf(option, profiles),
  }));

const valueOf = ({ type, choices }: Option, profiles: readonly string[]): OptionWord['value'] => {
  if (choices) return choices;
  if (type === 'switch') return 'flag';
  if (type === 'names') return ['auto', 'none', ...profiles];
  return type === 'file' || type === 'files' ? 'file' : 'text';
};
