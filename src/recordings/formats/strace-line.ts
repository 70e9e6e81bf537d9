/** A line of strace taken apart: a call with its result, the first or the second half of one, or the end of a process. */
export interface StraceLine {
  /** Empty where the line does not name it. */
  readonly process: string;
  readonly event:
    | { readonly is: 'call'; readonly name: string; readonly text: string }
    | { readonly is: 'begin'; readonly name: string; readonly text: string }
    | { readonly is: 'resume'; readonly name: string; readonly text: string }
    | { readonly is: 'end' };
}

/**
 * Takes a line apart: with a process before it (`[pid 12] `, `12 `), its name or another number of it, times in all forms, an
 * instruction pointer, the number of the call. `undefined` for other lines.
 * @see https://man7.org/linux/man-pages/man1/strace.1.html
 */
export const parseStraceLine = (line: string): StraceLine | undefined => {
  const [head = '', inBrackets, plain] = HEAD.exec(line) ?? [];
  const process = inBrackets ?? plain ?? '';
  const rest = line.slice(head.length);
  if (/^\+\+\+ (?:exited|killed|superseded)/.test(rest)) return { process, event: { is: 'end' } };
  const [resumed, again] = /^<\.\.\. (\w+) resumed>\s?/.exec(rest) ?? [];
  if (resumed !== undefined && again !== undefined)
    return { process, event: { is: 'resume', name: again, text: rest.slice(resumed.length) } };
  const [, name] = /^([a-z_]\w{0,40})\(/.exec(rest) ?? [];
  if (name === undefined) return undefined;
  const text = rest.slice(name.length + 1);
  const [unfinished] = /\s?<unfinished \.\.\.>\s*$/.exec(text) ?? [];
  if (unfinished !== undefined)
    return { process, event: { is: 'begin', name, text: text.slice(0, -unfinished.length) } };
  return / = /.test(text) ? { process, event: { is: 'call', name, text } } : undefined;
};

const NAME = '(?:<[^>]{0,64}>)?(?: /\\*[^*]{0,64}\\*/)?';
const HEAD = new RegExp(
  `^(?:\\[pid +(\\d+)${NAME}\\] +|(\\d+)${NAME} +(?=\\D|\\d\\d:|\\d+\\.))?` +
    '(?:(?:\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?|\\d+\\.\\d+|\\(\\+ +\\d+\\.\\d+\\)) +)*(?:\\[ *[\\da-f?]+\\] +)*',
);

/** The result of a call: a number, the path that `-y` shows behind it, the name of an error. */
export interface StraceResult {
  /** -1 for a call that failed, and for one whose process ended in it. */
  readonly value: number;
  readonly path?: string | undefined;
  readonly error?: string | undefined;
}

/** Reads the result behind the arguments. `undefined` where there is none. */
export const parseResult = (text: string): StraceResult | undefined => {
  // A path may have what looks like a result in it: the last one counts.
  let at = text.lastIndexOf(' = ');
  for (let tries = 0; at >= 0 && tries < 3; tries++, at = text.lastIndexOf(' = ', at - 1)) {
    const match = RESULT.exec(text.slice(at + 3));
    if (!match || !/\)\s*$/.test(text.slice(0, at))) continue;
    const [, value = '', path, error] = match;
    return {
      value: value === '?' ? -1 : Number(value),
      path: path === undefined ? undefined : pathOfDescriptor(path),
      error,
    };
  }
  return undefined;
};

const RESULT = /^(\?|-?\d+|0x[\da-f]+)(?:<(.*)>)?(?: (E[A-Z\d]+)\b.*| .*|)$/;

/** The arguments that name a file: the descriptor of a folder, with its path where `-y` shows it, and a path. */
export interface PathArguments {
  /** `AT_FDCWD` or a number; absent where the call takes none. */
  readonly folder?: string | undefined;
  readonly folderPath?: string | undefined;
  readonly path: string;
  /** What stands behind the path. */
  readonly rest: string;
}

/** Reads a path at the beginning of arguments. `undefined` where there is none, or it is cut off. */
export const parsePath = (text: string): PathArguments | undefined => {
  const [head = '', folder, folderPath] = FOLDER.exec(text) ?? [];
  const [quoted, path] = STRING.exec(text.slice(head.length)) ?? [];
  if (quoted === undefined || path === undefined) return undefined;
  const rest = text.slice(head.length + quoted.length);
  if (rest.startsWith('...')) return undefined;
  return {
    folder,
    folderPath: folderPath === undefined ? undefined : pathOfDescriptor(folderPath),
    path: unescapeString(path),
    rest,
  };
};

/** The words of a program's command line: `, ["sh", "-c", "x"], …`. What is cut off ends them. */
export const parseWords = (text: string): string[] => {
  const words: string[] = [];
  let rest = /^,\s*\[/.test(text) ? text.slice(text.indexOf('[') + 1) : '';
  for (let match = STRING.exec(rest); match; match = STRING.exec(rest)) {
    rest = rest.slice(match[0].length);
    if (rest.startsWith('...') || words.length >= MAX_WORDS) break;
    words.push(unescapeString(match[1] as string));
    rest = rest.replace(/^,\s*/, '');
  }
  return words;
};

const MAX_WORDS = 1000;

const FOLDER = /^(AT_FDCWD|-?\d+)(?:<((?:[^<>\\]|\\.)*)(?:<[^>]*>)?>)?(?: \(deleted\))?, /;
const STRING = /^"((?:[^"\\]|\\.)*)"/;

/** The path that is behind a descriptor, absolute; other things than files have none. */
const pathOfDescriptor = (text: string): string | undefined => {
  const path = unescapeString(text.replace(/<.*$/, ''));
  return path.startsWith('/') ? path : undefined;
};

/** Takes escapes out of a string of C. */
const unescapeString = (text: string): string =>
  text.includes('\\')
    ? text.replaceAll(/\\(?:x([\da-f]{2})|([0-7]{1,3})|(.))/g, (_, hex, octal, letter: string) => {
        if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex as string, 16));
        if (octal !== undefined)
          return String.fromCharCode(Number.parseInt(octal as string, 8) & 0xff);
        return LETTERS[letter] ?? letter;
      })
    : text;

const LETTERS: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  v: '\v',
  f: '\f',
  a: '\u0007',
  b: '\b',
};
