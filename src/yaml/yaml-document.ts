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
import { expandScalars } from './expand-scalars.ts';
import { YamlError, type YamlProblem } from './yaml-error.ts';

/** A YAML file that fits its schema, and a way to complain about a part of it. */
export interface YamlDocument<T> {
  readonly value: T;
  /** What is wrong with the value at `path`, by file, line and column. Throw it in a `YamlError`. */
  readonly problemAt: (path: readonly PropertyKey[], message: string, hint?: string) => YamlProblem;
}

export interface YamlOptions {
  /** Changes values that are text before they are checked. What it throws is a problem at that value. */
  readonly expand?: ((text: string) => string) | undefined;
}

/**
 * Parses one YAML 1.2 document and checks it. Aliases are refused, so a small file stays small.
 * Throws a `YamlError` with all problems, each with file, line, column and property.
 */
export const readYaml = <T>(
  text: string,
  fileName: string,
  schema: z.ZodType<T>,
  { expand = (value) => value }: YamlOptions = {},
): YamlDocument<T> => {
  const lines = new LineCounter();
  const document = parseText(text, fileName, lines);
  const problem = (offset: number, message: string, hint?: string): YamlProblem => {
    const { line, col } = lines.linePos(offset);
    return { offset, place: `${fileName}:${line}:${col}`, message, hint };
  };
  const broken = syntaxErrors(document).map((error) =>
    problem(error.pos[0], syntaxProblem(error, text)),
  );
  if (broken.length > 0) throw new YamlError(broken);
  const aliases = aliasesIn(document).map(({ offset, name }) =>
    problem(offset, `aliases are not allowed: *${name}`, 'Write the value out.'),
  );
  if (aliases.length > 0) throw new YamlError(aliases);
  const unexpanded: YamlProblem[] = [];
  const { retype } = expandScalars(document, expand, (error, offset) => {
    if (!(error instanceof ReslimError)) throw error;
    unexpanded.push(problem(offset, error.message, error.hint));
  });
  if (unexpanded.length > 0) throw new YamlError(unexpanded);
  const check = () => schema.safeParse(document.toJS(), { reportInput: true });
  let result = check();
  // Whether `${COUNT}` is meant to be a number is known once text was refused in its place.
  if (!result.success && retype(result.error.issues.map((issue) => describeIssue(issue).path)))
    result = check();
  if (!result.success) {
    const issues = result.error.issues.map((issue) => describeIssue(issue));
    throw new YamlError(
      issues.map(({ path, atKey, message }) =>
        problem(offsetOf(document, path, atKey), prefix(path, atKey) + message),
      ),
    );
  }
  return {
    value: result.data,
    problemAt: (path, message, hint) =>
      problem(offsetOf(document, path), prefix(path) + message, hint),
  };
};

const parseText = (text: string, fileName: string, lineCounter: LineCounter): Document => {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'silent' });
  } catch (cause) {
    // The parser is recursive: thousands of nested brackets exhaust the stack.
    const message = 'not readable as YAML, nested too deeply';
    throw new YamlError([{ offset: 0, place: fileName, message }], { cause });
  }
};

/** Duplicate keys are independent of one another; behind another error the rest may be its consequence. */
const syntaxErrors = ({ errors }: Document): readonly YAMLError[] => {
  const first = errors.find(({ code }) => code !== 'DUPLICATE_KEY');
  return first ? [first] : errors;
};

const syntaxProblem = ({ code, message, pos }: YAMLError, text: string): string => {
  if (code === 'DUPLICATE_KEY') {
    const [word = ''] = /^[^\s:]*/.exec(text.slice(pos[0])) ?? [];
    return `duplicate key ${JSON.stringify(word)}`;
  }
  // Some hundred nested brackets exhaust the stack in a place where the parser catches the error itself.
  if (message.startsWith('Maximum call stack')) return 'nested too deeply';
  return message.split('\n', 1)[0] as string;
};

interface AliasPlace {
  readonly offset: number;
  readonly name: string;
}

const aliasesIn = (document: Document): AliasPlace[] => {
  const found: AliasPlace[] = [];
  visit(document, {
    Alias: (_, { range, source }) => void found.push({ offset: range?.[0] ?? 0, name: source }),
  });
  return found;
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

/** `rules[3].level: `. An unknown key is named by the message, so its path ends with its parent. */
const prefix = (path: readonly PropertyKey[], atKey = false): string => {
  const shown = showProperty(atKey ? path.slice(0, -1) : path);
  return shown === '' ? '' : `${shown}: `;
};
