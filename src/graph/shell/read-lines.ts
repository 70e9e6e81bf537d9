import { UNKNOWN } from '../word.ts';
import { distinct, separatorsOf, type Alternatives, type Fields } from './fields.ts';
import { assign, type Scope } from './scope.ts';

/** `read -r a b rest`, `read -ra list`: what variables may be when a line is taken apart. */
export const readLines = (args: Fields, lines: Alternatives, scope: Scope): void => {
  const names: string[] = [];
  let list: string | undefined;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (/^-\w*a$/.test(arg)) list = args[++at];
    else if (/^-\w*[dnNptui]$/.test(arg)) at++;
    else if (!arg.startsWith('-')) names.push(arg);
  }
  if (names.length === 0 && list === undefined) names.push('REPLY');
  const ways = lines.map((fields) => fields.join(' '));
  if (list !== undefined && isName(list))
    assign(
      scope,
      list,
      distinct(
        ways.flatMap((line) => separatorsOf(scope.variables).map((each) => partsOf(line, each))),
      ),
    );
  for (const [at, name] of names.entries()) {
    if (!isName(name)) continue;
    const isLast = at === names.length - 1;
    const values = ways.flatMap((line): Alternatives => {
      if (line === UNKNOWN) return [[UNKNOWN]];
      if (names.length === 1) return [[line.trim()]];
      return separatorsOf(scope.variables).map((each) => {
        const parts = partsOf(line, each);
        return [isLast ? parts.slice(at).join(' ') : (parts[at] ?? '')];
      });
    });
    assign(scope, name, distinct(values));
  }
};

const partsOf = (line: string, separators: string): string[] =>
  line === UNKNOWN
    ? [UNKNOWN]
    : line.split(new RegExp(`[${separators}]+`)).filter((part) => part !== '');

const isName = (word: string): boolean => /^[A-Za-z_]\w*$/.test(word);
