import type { Fields } from '../shell/fields.ts';

/** A command line taken apart. */
export interface Parsed {
  /** Values by option, in their order. `-c a`, `-ca`, `--config a` and `--config=a` all count. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  /** What stands between options, up to the first of it where `stopAtWord` is set. */
  readonly words: Fields;
}

/** How a program reads its command line. */
export interface OptionSyntax {
  /** Options with a value. */
  readonly valued?: readonly string[];
  /** Nothing is an option any more behind the first word that is none. */
  readonly stopAtWord?: boolean;
}

/** Reads the words behind a program's name. */
export const parseOptions = (
  args: Fields,
  { valued = [], stopAtWord = false }: OptionSyntax = {},
): Parsed => {
  const options = new Map<string, string[]>();
  const words: string[] = [];
  const note = (name: string, value: string): void => {
    const values = options.get(name);
    if (values) values.push(value);
    else options.set(name, [value]);
  };
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (arg === '--') {
      words.push(...args.slice(at + 1));
      break;
    }
    if (!/^-./.test(arg)) {
      if (stopAtWord) {
        words.push(...args.slice(at));
        break;
      }
      words.push(arg);
      continue;
    }
    if (valued.includes(arg)) {
      note(arg, args[++at] ?? '');
      continue;
    }
    const equals = arg.indexOf('=');
    if (equals > 0) note(arg.slice(0, equals), arg.slice(equals + 1));
    else if (!arg.startsWith('--') && arg.length > 2 && valued.includes(arg.slice(0, 2)))
      note(arg.slice(0, 2), arg.slice(2));
    else note(arg, '');
  }
  return { options, words };
};

/** All values of some options. */
export const valuesOf = ({ options }: Parsed, ...names: readonly string[]): readonly string[] =>
  names.flatMap((name) => options.get(name) ?? []);
