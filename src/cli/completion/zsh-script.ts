import type { CommandWord, OptionWord, Words } from './words.ts';

/** Works sourced after `compinit` and as a file `_reslim` in `fpath`. */
export const zshScript = ({ options, commands }: Words): string => `\
#compdef reslim
# zsh completion for reslim; load it after compinit with: source <(reslim completion zsh)
_reslim() {
  case $words[2] in
${commands.map(commandCase).join('\n')}
  esac
  _arguments -s \\
${options.map((option) => `    ${optionSpec(option)} \\`).join('\n')}
    '1:image or command:_reslim_first'
}
_reslim_first() {
  _alternative 'files:image:_files' 'commands:command:((${commands.map(({ name, description }) => `${name}\\:${escape(description).replaceAll(' ', '\\ ')}`).join(' ')}))'
}
if [[ $funcstack[1] == _reslim ]]; then _reslim "$@"; else compdef _reslim reslim; fi
`;

const commandCase = ({ name, values, options, commands }: CommandWord): string => {
  const below =
    commands.length > 0 ? `case $words[2] in ${commands.map(commandCase).join(' ')} esac; ` : '';
  const words =
    values.length > 0 ? `'1:word:(${values.join(' ')})' '*:file:_files'` : "'*:image:_files'";
  const specs = [...options.map(optionSpec), words].join(' ');
  return `    ${name}) ((CURRENT > 2)) && { shift words; ((CURRENT--)); ${below}_arguments -s ${specs}; return } ;;`;
};

const optionSpec = ({ long, short, description, repeats, value }: OptionWord): string => {
  const text = `[${escape(description)}]${valueSpec(value)}`;
  if (!short) return `'${repeats ? '*' : ''}${long}${text}'`;
  return `'(${short} ${long})'{${short},${long}}'${text}'`;
};

const valueSpec = (value: OptionWord['value']): string => {
  if (value === 'flag') return '';
  if (value === 'file') return ':file:_files';
  return value === 'text' ? ':value:' : `:value:(${value.join(' ')})`;
};

const escape = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&').replaceAll("'", "'\\''");
