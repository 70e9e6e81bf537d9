import {
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type YAMLError,
} from 'yaml';
import type { z } from 'zod';
import { ReslimError } from '../base/errors.ts';
import { describeIssue, showProperty } from './describe-issue.ts';

/** A YAML file that fits its schema, and a way to complain about a part of it. */
export interface YamlDocument<T> {
  readonly value: T;
  /** An error of code `usage` that names file, line and column of the value at `path`. */
  readonly errorAt: (path: readonly PropertyKey[], message: string, hint?: string) => ReslimError;
}

/**
 * Parses one YAML 1.2 document and checks it. Aliases are refused, so a small file stays small.
 * Throws `usage`, naming file, line, column and property of the first problem.
 */
export const readYaml = <T>(
  text: string,
  fileName: string,
  schema: z.ZodType<T>,
): YamlDocument<T> => {
  const lines = new LineCounter();
  const document = parseText(text, fileName, lines);
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${fileName}:${line}:${col}`;
  };
  const [broken] = document.errors;
  if (broken) throw syntaxError(broken, text, place(broken.pos[0]));
  refuseAliases(document, place);
  const errorAt: YamlDocument<T>['errorAt'] = (path, message, hint) =>
    new ReslimError('usage', `${place(offsetOf(document, path))}: ${prefix(path)}${message}`, {
      hint,
    });
  const result = schema.safeParse(document.toJS(), { reportInput: true });
  if (result.success) return { value: result.data, errorAt };
  const problems = result.error.issues.map((issue) => describeIssue(issue));
  const first = problems
    .map((problem) => ({ ...problem, offset: offsetOf(document, problem.path, problem.atKey) }))
    .reduce((a, b) => (b.offset < a.offset ? b : a));
  const more = problems.length - 1;
  throw new ReslimError(
    'usage',
    `${place(first.offset)}: ${prefix(first.path, first.atKey)}${first.message}`,
    {
      hint: more > 0 ? `Fix it and try again: ${more} more to fix in this file.` : undefined,
    },
  );
};

const parseText = (text: string, fileName: string, lineCounter: LineCounter): Document => {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'silent' });
  } catch (cause) {
    // The parser recurses: thousands of nested brackets exhaust the stack.
    throw new ReslimError('usage', `${fileName}: not readable as YAML, nested too deeply`, {
      cause,
    });
  }
};

const syntaxError = (
  { code, message, pos }: YAMLError,
  text: string,
  place: string,
): ReslimError => {
  const [word] = /^[^\s:]*/.exec(text.slice(pos[0])) ?? [''];
  return new ReslimError('usage', `${place}: ${syntaxProblem(code, message, word)}`);
};

const syntaxProblem = (code: string, message: string, word = ''): string => {
  if (code === 'DUPLICATE_KEY') return `duplicate key ${JSON.stringify(word)}`;
  // The parser recurses: hundreds of nested brackets exhaust its stack.
  if (message.startsWith('Maximum call stack')) return 'nested too deeply';
  return message.split('\n', 1)[0] as string;
};

const refuseAliases = (document: Document, place: (offset: number) => string): void => {
  visit(document, {
    Alias: (_, alias) => {
      const where = place(alias.range?.[0] ?? 0);
      throw new ReslimError('usage', `${where}: aliases are not allowed: *${alias.source}`, {
        hint: 'Write the value out.',
      });
    },
  });
};

/** Where the value at `path` begins, or its key; where it is missing, the nearest thing around it. */
const offsetOf = (document: Document, path: readonly PropertyKey[], atKey = false): number => {
  for (let length = path.length; length > 0; length--) {
    const parent =
      length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    const wantKey = atKey && length === path.length;
    const pair =
      isMap(parent) && parent.items.find(({ key }) => isScalar(key) && key.value === last);
    const found = wantKey && isPair(pair) ? pair.key : document.getIn(path.slice(0, length), true);
    if (isNode(found) && found.range) return found.range[0];
  }
  return isNode(document.contents) ? (document.contents.range?.[0] ?? 0) : 0;
};

/** An unknown key names itself in the message, so its path ends with its parent. */
const prefix = (path: readonly PropertyKey[], atKey = false): string => {
  const shown = showProperty(atKey ? path.slice(0, -1) : path);
  return shown === '' ? '' : `${shown}: `;
};
