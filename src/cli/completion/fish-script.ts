import type { OptionWord, Words } from './words.ts';

/** Goes to `~/.config/fish/completions/reslim.fish`, or is sourced. */
export const fishScript = ({ options, commands }: Words): string =>
  [
    '# fish completion for reslim; load it with: reslim completion fish | source',
    ...options.map((option) => optionLine(option)),
    ...commands.flatMap(({ name, description, values, options: own }) => [
      `complete -c reslim -n __fish_use_subcommand -a ${name} -d ${quote(description)}`,
      ...(values.length > 0
        ? [
            `complete -c reslim -n '__fish_seen_subcommand_from ${name}' -f -a ${quote(values.join(' '))}`,
          ]
        : []),
      ...own
        .filter(({ long }) => !options.some((option) => option.long === long))
        .map((option) => optionLine(option, name)),
    ]),
    '',
  ].join('\n');

const optionLine = ({ long, short, description, value }: OptionWord, command?: string): string =>
  [
    'complete -c reslim',
    ...(command ? [`-n '__fish_seen_subcommand_from ${command}'`] : []),
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
