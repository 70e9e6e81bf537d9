import type { CommandWord, OptionWord, Words } from './words.ts';

/** Goes to `~/.config/fish/completions/reslim.fish`, or is sourced. */
export const fishScript = ({ options, commands }: Words): string =>
  [
    '# fish completion for reslim; load it with: reslim completion fish | source',
    ...options.map((option) => optionLine(option)),
    ...commands.map(
      ({ name, description }) =>
        `complete -c reslim -n __fish_use_subcommand -a ${name} -d ${quote(description)}`,
    ),
    ...commands.flatMap((command) => commandLines(command, options)),
    '',
  ].join('\n');

/** What holds below a command; `above` are the options that are known everywhere. */
const commandLines = (
  { name, values, options, commands }: CommandWord,
  above: readonly OptionWord[],
  parent?: string,
): string[] => {
  const here = [parent, seen(name)].filter(Boolean).join('; and ');
  const below = commands.map((each) => each.name).join(' ');
  const alone = below === '' ? here : `${here}; and not ${seen(below)}`;
  return [
    ...(values.length > 0
      ? [`complete -c reslim -n ${quote(alone)} -f -a ${quote(values.join(' '))}`]
      : []),
    ...options
      .filter(({ long }) => !above.some((option) => option.long === long))
      .map((option) => optionLine(option, here)),
    ...commands.flatMap((each) => commandLines(each, above, here)),
  ];
};

const seen = (names: string): string => `__fish_seen_subcommand_from ${names}`;

const optionLine = ({ long, short, description, value }: OptionWord, where?: string): string =>
  [
    'complete -c reslim',
    ...(where === undefined ? [] : [`-n ${quote(where)}`]),
    ...(short ? [`-s ${short.slice(1)}`] : []),
    `-l ${long.slice(2)}`,
    ...valueWords(value),
    `-d ${quote(description)}`,
  ].join(' ');

/** `-r` needs a value, `-F` offers files for it, `-x` needs one that is no file. */
const valueWords = (value: OptionWord['value']): string[] => {
  if (value === 'flag') return [];
  if (value === 'file') return ['-r', '-F'];
  return value === 'text' ? ['-x'] : ['-x', '-a', quote(value.join(' '))];
};

const quote = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
