import type { CompoundList, CompoundCommand, Redirected } from 'unbash';
import type { Program } from './program.ts';
import { concat, distinct, sequence, type Alternatives, type Fields } from './fields.ts';
import { UNKNOWN, isLiteral, mayBe } from '../word.ts';

/** What a script knows while it runs. Values are never forgotten: any branch may have been taken. */
export interface Scope {
  readonly variables: Map<string, Alternatives>;
  /** All that have a name: which of them it is, branches and time decide. */
  readonly functions: Map<string, readonly ShellFunction[]>;
  /** `$1`, `$2` …; `[UNKNOWN]` where it is called with what nobody knows. */
  arguments: Alternatives;
  /** `$0`: the path of the script. */
  readonly script: string;
  /** As it was called, where that is not the same: by a symlink. */
  readonly calledAs?: string | undefined;
  /** Variables that others stand for: `declare -n`. */
  readonly references: Map<string, readonly string[]>;
  /** Names that programs get, too. */
  readonly exported: Set<string>;
  /** Whether all that is set is exported: `set -a`. */
  readonly exporting: { isOn: boolean };
  /** What it writes into files, by their whole paths. */
  readonly written: Map<string, readonly string[]>;
  /** Names that were used before anything set them. */
  readonly missed: Set<string>;
  /** Folders it may be in, the most likely first. Absolute. */
  folders: readonly string[];
}

export interface ShellFunction {
  readonly body: CompoundCommand | Redirected | CompoundList;
  /** Where its positions belong to. */
  readonly program: Program;
}

/** Adds values; what a variable was before it still may be. `append` adds to each of those. */
export const assign = (
  scope: Scope,
  name: string,
  values: Alternatives,
  append?: 'Word' | 'ArrayValue',
): void => {
  const { variables, exported, exporting, references } = scope;
  for (const other of references.get(name) ?? [])
    if (!references.has(other)) assign(scope, other, values, append);
  if (exporting.isOn) exported.add(name);
  const before = variables.get(name);
  if (variables.size >= MAX_VARIABLES && !before) return;
  const appended =
    append === 'Word' ? concat(before ?? [['']], values) : sequence([before ?? [], values]);
  const added = before && append ? appended : values;
  variables.set(name, distinct([...added, ...(before ?? [])]));
};

/** Has a variable stand for others, whichever of them it is. */
export const refer = ({ references }: Scope, name: string, others: readonly string[]): void => {
  const own = others.filter((each) => each !== name && /^[A-Za-z_]\w*$/.test(each));
  if (references.size < MAX_VARIABLES)
    references.set(
      name,
      [...new Set([...(references.get(name) ?? []), ...own])].slice(0, MAX_SAME),
    );
};

/** Adds a function; others of its name stay. */
export const define = ({ functions }: Scope, name: string, made: ShellFunction): void => {
  const before = functions.get(name) ?? [];
  if (before.length < MAX_SAME && before.every(({ body }) => body !== made.body))
    functions.set(name, [...before, made]);
};

/** Functions of one name. */
const MAX_SAME = 8;

/** Those that a word may call: by parts of their names, too, where it has any. */
export const functionsNamed = ({ functions }: Scope, word: string): readonly ShellFunction[] => {
  if (isLiteral(word)) return functions.get(word) ?? [];
  if (!/[^\u0100-\u0102]{2}/.test(word)) return [];
  return [...functions].flatMap(([name, all]) => (mayBe(word, name) ? all : []));
};

/** Names of one script. */
const MAX_VARIABLES = 2000;

/** The same names, arguments of its own: a function that is called, a script in parentheses. */
export const innerScope = (scope: Scope, args: Alternatives = scope.arguments): Scope => ({
  ...scope,
  arguments: args,
});

/** A folder that is entered: it is the most likely one from now on. */
export const enterFolder = (scope: Scope, folder: string): void => {
  scope.folders = [...new Set([folder, ...scope.folders])].slice(0, MAX_FOLDERS);
};

const MAX_FOLDERS = 8;

/** All ways `$@` may turn out. */
export const argumentsFrom = ({ arguments: list }: Scope, first: number): Alternatives =>
  list.map((fields) => fields.slice(first - 1));

/** `$1`: nothing where there are fewer, which nobody knows behind arguments that nobody knows. */
export const argument = ({ arguments: list }: Scope, position: number): Alternatives =>
  list.map((fields): Fields => {
    const value = fields[position - 1];
    if (value !== undefined) return [value];
    return fields.at(-1) === UNKNOWN ? [UNKNOWN] : [];
  });
