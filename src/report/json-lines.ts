import { printableJson } from './printable.ts';

/**
 * Writes a value as indented JSON, a line at a time, so that a report of a million paths is never
 * one string. Objects that hold no others take one line: a dropped path is one line to grep for.
 */
export function* jsonLines(value: unknown): Generator<string, void, undefined> {
  for (const line of linesOf(value, '')) yield `${printableJson(line)}\n`;
}

/** The lines of a value, all but the first indented. */
function* linesOf(value: unknown, indent: string): Generator<string, void, undefined> {
  if (isFlat(value)) return yield onOneLine(value);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const keys = Array.isArray(value) ? undefined : definedKeys(value as object);
  const count = keys ? keys.length : (value as unknown[]).length;
  const inner = `${indent}  `;
  yield open;
  for (let at = 0; at < count; at++) {
    const key = keys?.[at];
    const member =
      key === undefined ? (value as unknown[])[at] : (value as Record<string, unknown>)[key];
    const start = key === undefined ? inner : `${inner}${JSON.stringify(key)}: `;
    yield* framed(linesOf(member, inner), start, at < count - 1 ? ',' : '');
  }
  yield indent + close;
}

/** Puts `start` before the first line and `end` behind the last one. */
function* framed(
  lines: Iterable<string>,
  start: string,
  end: string,
): Generator<string, void, undefined> {
  let held: string | undefined;
  for (const line of lines) {
    if (held !== undefined) yield held;
    held = held === undefined ? start + line : line;
  }
  yield held + end;
}

const isFlat = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return Object.values(value).every((member) => typeof member !== 'object' || member === null);
};

/** Spaced like the lines around it: `{ "a": 1, "b": 2 }`. */
const onOneLine = (value: unknown): string => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return JSON.stringify(value);
  }
  const members = definedKeys(value).map(
    (key) => `${JSON.stringify(key)}: ${JSON.stringify((value as Record<string, unknown>)[key])}`,
  );
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
};

const definedKeys = (value: object): string[] =>
  Object.keys(value).filter((key) => (value as Record<string, unknown>)[key] !== undefined);
