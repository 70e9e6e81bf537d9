/**
 * Names behind others in what may be a command line for a shell: `cd %s && tar xf -`, `exec $(readlink -f %s)`. A bracket
 * begins a command only where a shell takes one, and not behind a word: `guarantee(last != NULL)`, `incr => %d (find lib)`.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_10
 */
export const laterCommands = (piece: string): string[] =>
  [...piece.matchAll(LATER)].map(([, name = '']) => name);

const KEYWORD = '(?:if|then|elif|else|while|until|do|time)';

/** What is this short, with zeros around it, is an address. */
const ADDRESS = String.raw`(?<=\0)\S{1,7}\0`;

/** At the start, behind what is a part of the syntax, and in what Perl and Ruby quote for a shell: `qx(…)`, `%x(…)`. */
const BRACKET = String.raw`(?<=[\0\n$<>|;&(\`"'!{] {0,4}|\b${KEYWORD} |qx|%x)\(`;

/** What is compared or assigned is no command, nor is what a message says of it: `estimate = %lu; diff = %d bytes`. */
const LATER = new RegExp(
  String.raw`(?!${ADDRESS})(?:[|;&\`]|${BRACKET}) {0,4}(?:${KEYWORD} ){0,2}(?!${KEYWORD} )([a-z][\w.+-]{1,60})(?=[ \0\n])(?! [!=:]?=)`,
  'g',
);
