import { UNKNOWN } from '../word.ts';
import {
  NOBODY_KNOWS,
  eitherOf,
  elementOf,
  joined,
  listValue,
  tableValue,
  textValue,
  type Value,
} from './value.ts';

/** What a variable of the environment holds, where the image sets it. */
export type Variables = (name: string) => Value | undefined;

interface Names {
  readonly path: (path: readonly string[]) => Value;
  readonly variables: Variables;
}

/** What a call gives back, as far as the function is known to hand on what it is given. */
export const callValue = (path: readonly string[], args: readonly Value[], names: Names): Value => {
  const name = (path.at(-1) as string).replace(/[?!]$/, '');
  const owner = path.slice(0, -1);
  const [first] = args;
  if (/^(getenv|env)$/.test(name) || (isVariableTable(owner) && /^(get|fetch)$/.test(name)))
    return first ? variableValue(first, args[1], names.variables) : NOBODY_KNOWS;
  if (name === 'join' && /^(path|File|posixpath|catfile)$/.test(owner.at(-1) ?? ''))
    return joined(args.flatMap((each, at) => (at === 0 ? [each] : [textValue('/'), each])));
  // `new Map([[key, value], …])`
  if (name === 'Map' && first?.elements) return tableValue([elementOf(elementOf(first))]);
  if (first && HANDS_ON.has(name)) return first;
  if (owner.length === 0) return NOBODY_KNOWS;
  const own = (): Value => names.path(owner);
  if (name === 'format') return withBraces(own());
  if (name === 'join' && first) return joined([textValue(...first.texts), textValue(UNKNOWN)]);
  if (/^(get|fetch|pop|shift|first|last|popleft|dig)$/.test(name))
    return eitherOf([elementOf(own()), ...args.slice(1, 2)]);
  if (/^(values|keys|items|split|shellsplit)$/.test(name)) {
    const { texts, elements } = own();
    return elements ? { texts, elements } : listValue([textValue(...texts)]);
  }
  return KEEPS.has(name) ? own() : NOBODY_KNOWS;
};

/** `os.environ`, `ENV`, `process.env`, `$_SERVER` */
export const isVariableTable = (path: readonly string[]): boolean =>
  /^(environ|ENV|env|_ENV|_SERVER)$/.test(path.at(-1) ?? '');

const variableValue = (name: Value, otherwise: Value | undefined, variables: Variables): Value => {
  const found = [...name.texts].flatMap((each) => variables(each) ?? []);
  const all = [...found, ...(otherwise ? [otherwise] : [])];
  return all.length > 0 ? eitherOf(all) : NOBODY_KNOWS;
};

const withBraces = ({ texts }: Value): Value => ({
  texts: new Set([...texts].map((text) => text.replaceAll(/\{[^{}]*\}/g, UNKNOWN))),
});

/** Functions that give back what they are given first, as far as a name of a program or a library goes. */
const HANDS_ON = new Set(
  (
    'which find_executable find_library find_program can_run quote split fspath Path PurePath list tuple sorted reversed str String ' +
    'Array realpath abspath expanduser expandvars normpath resolve expand_path escapeshellcmd escapeshellarg shellescape shellsplit ' +
    'shellwords shlex_split fsencode fsdecode encode decode bytes rtrim ltrim trim chomp Pathname find_bin CString cast next iter'
  ).split(' '),
);

/** Methods that give back what they are called on. */
const KEEPS = new Set(
  (
    'strip rstrip lstrip trim chomp freeze dup clone to_s to_str to_sym to_a to_path encode decode copy flatten compact uniq each find detect ' +
    'filter select map concat sort reverse slice toString valueOf as_posix resolve absolute expanduser'
  ).split(' '),
);
