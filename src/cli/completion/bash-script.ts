import type { OptionWord, Words } from './words.ts';

/** For bash 3.2 and later, with or without the bash-completion package. */
export const bashScript = ({ options, commands }: Words): string => `\
# bash completion for reslim; load it with: source <(reslim completion bash)
_reslim() {
  local IFS=$' \\t\\n' cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} file
  COMPREPLY=()
  # bash hands over --level=safe as three words.
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  case $prev in
${distinct([options, ...commands.map((command) => command.options)].flat())
  .filter(({ value }) => value !== 'flag')
  .map(optionCase)
  .join('\n')}
  esac
  if ((COMP_CWORD == 2)) && [[ $cur != -* ]]; then
    case \${COMP_WORDS[1]} in
${commands.map(({ name, values }) => `      ${name}) COMPREPLY=($(compgen -W '${values.join(' ')}' -- "$cur")); return ;;`).join('\n')}
    esac
  fi
  if [[ $cur == -* ]]; then
    ((COMP_CWORD > 1)) && case \${COMP_WORDS[1]} in
${commands.map(({ name, options: own }) => `      ${name}) COMPREPLY=($(compgen -W '${longs(own)}' -- "$cur")); return ;;`).join('\n')}
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
