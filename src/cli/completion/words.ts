import type { Command, Option } from 'commander';

/** What a shell needs to know of the command line. */
export interface Words {
  readonly options: readonly OptionWord[];
  readonly commands: readonly CommandWord[];
}

export interface OptionWord {
  readonly long: string;
  readonly short: string | undefined;
  readonly description: string;
  /** `flag` takes no value; `file` any file name; a list these values; `text` anything. */
  readonly value: 'flag' | 'file' | 'text' | readonly string[];
}

interface CommandWord {
  readonly name: string;
  readonly description: string;
  /** Its own words; a command without any takes names of images or files. */
  readonly values: readonly string[];
  readonly options: readonly OptionWord[];
}

/** Reads the words off the definition of the command line, so that completion cannot fall behind. */
export const wordsOf = (program: Command, profiles: readonly string[]): Words => {
  const help = program.createHelp();
  return {
    options: help.visibleOptions(program).map((option) => optionWord(option, profiles)),
    commands: program.commands.map((command) => ({
      name: command.name(),
      description: command.description(),
      values: [
        ...command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
        ...command.commands.map((each) => each.name()),
      ],
      options: help.visibleOptions(command).map((option) => optionWord(option, profiles)),
    })),
  };
};

const optionWord = (option: Option, profiles: readonly string[]): OptionWord => ({
  long: option.long as string,
  short: option.short,
  description: option.description.replace(/\s+/g, ' '),
  value: valueOf(option, profiles),
});

const valueOf = (
  { long, flags, required, argChoices }: Option,
  profiles: readonly string[],
): OptionWord['value'] => {
  if (!required) return 'flag';
  if (long === '--profile') return ['auto', 'none', ...profiles];
  if (argChoices) return argChoices;
  return /<(FILE|TARGET)>/.test(flags) ? 'file' : 'text';
};
