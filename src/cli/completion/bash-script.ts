import type { CommandWord, OptionWord, Words } from './words.ts';

/** For bash 3.2 and later, with or without the bash-completion package. */
export const bashScript = ({ options, commands }: Words): string => {
  const known = commands.flatMap((command) => withPaths(command));
  return `\
# bash completion for reslim; load it with: source <(reslim completion bash)
_reslim() {
  local IFS=$' \\t\\n' cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} file
  local command=\${COMP_WORDS[1]} at=1
  COMPREPLY=()
  # bash hands over --level=safe as three words.
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  case $prev in
${distinct([options, ...known.map(({ command }) => command.options)].flat())
  .filter(({ value }) => value !== 'flag')
  .map(optionCase)
  .join('\n')}
  esac
  ((COMP_CWORD > 2)) && case "$command \${COMP_WORDS[2]}" in
    ${known
      .filter(({ path }) => path.includes(' '))
      .map(({ path }) => `'${path}'`)
      .join(' | ')}) command="$command \${COMP_WORDS[2]}" at=2 ;;
  esac
  if ((COMP_CWORD == at + 1)) && [[ $cur != -* ]]; then
    case $command in
${known.map(({ path, command }) => `      '${path}') COMPREPLY=($(compgen -W '${command.values.join(' ')}' -- "$cur")); return ;;`).join('\n')}
    esac
  fi
  if [[ $cur == -* ]]; then
    ((COMP_CWORD > 1)) && case $command in
${known.map(({ path, command }) => `      '${path}') COMPREPLY=($(compgen -W '${longs(command.options)}' -- "$cur")); return ;;`).join('\n')}
    esac
    COMPREPLY=($(compgen -W '${longs(options)}' -- "$cur"))
    return
  fi
  # An empty reply makes bash complete file names; beside a command they must be listed here.
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')}' -- "$cur"))
    if ((\${#COMPREPLY[@]} > 0)); then
      compopt -o filenames 2>/dev/null
      while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$cur")
    fi
  fi
}
complete -o default -F _reslim reslim
`;
};

interface CommandAt {
  /** The words that lead to it: `profiles show`. */
  readonly path: string;
  readonly command: CommandWord;
}

const withPaths = (command: CommandWord, above: readonly string[] = []): CommandAt[] => {
  const words = [...above, command.name];
  return [
    { path: words.join(' '), command },
    ...command.commands.flatMap((each) => withPaths(each, words)),
  ];
};

const longs = (options: readonly OptionWord[]): string => options.map(({ long }) => long).join(' ');

/** Commands share options; the main one's take the same values. */
const distinct = (options: readonly OptionWord[]): OptionWord[] => [
  ...new Map(options.toReversed().map((option) => [option.long, option])).values(),
];

const optionCase = ({ long, short, value }: OptionWord): string => {
  const names = short ? `${short}|${long}` : long;
  const reply = Array.isArray(value)
    ? `COMPREPLY=($(compgen -W '${value.join(' ')}' -- "$cur")); `
    : '';
  return `    ${names}) ${reply}return ;;`;
};
