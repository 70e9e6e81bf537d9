import { applyEdits, modify, type JSONPath } from 'jsonc-parser';
import { ReslimError } from '../base/errors.ts';

/** A member to set, by its path; `undefined` removes it. */
export type JsonEdit = readonly [path: JSONPath, value: unknown];

/**
 * Sets members of a JSON document and leaves every other byte as it was: unknown keys, their order,
 * numbers past 2^53. A member that has the value already is not touched. Throws `invalid-image` where
 * an edit has no effect, as in a document that has a key twice.
 */
export const editJson = (
  bytes: Uint8Array,
  edits: readonly JsonEdit[],
  where: string,
): Uint8Array => {
  let text = new TextDecoder().decode(bytes);
  const before: unknown = JSON.parse(text);
  const needed = edits.filter(([path, value]) => !isValue(before, path, value));
  if (needed.length === 0) return bytes;
  for (const path of emptyParents(before, needed)) text = set(text, path, {});
  for (const [path, value] of needed) text = set(text, path, value);
  const after: unknown = JSON.parse(text);
  const lost = needed.find(([path, value]) => !isValue(after, path, value));
  if (lost) throw new ReslimError('invalid-image', `${lost[0].join('.')} is ambiguous, ${where}`);
  return new TextEncoder().encode(text);
};

const set = (text: string, path: JSONPath, value: unknown): string =>
  applyEdits(text, modify(text, path, value, {}));

/** Members that are `null`, as some programs write an empty map, and that an edit puts something into. */
const emptyParents = (document: unknown, edits: readonly JsonEdit[]): JSONPath[] => {
  const parents = new Map<string, JSONPath>();
  for (const [path, value] of edits) {
    if (value === undefined) continue;
    for (let length = 1; length < path.length; length++) {
      const parent = path.slice(0, length);
      if (memberAt(document, parent) === null) parents.set(JSON.stringify(parent), parent);
    }
  }
  return [...parents.values()];
};

const isValue = (document: unknown, path: JSONPath, value: unknown): boolean =>
  JSON.stringify(memberAt(document, path)) === JSON.stringify(value);

const memberAt = (document: unknown, path: JSONPath): unknown =>
  path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key)
        ? (at as Record<string | number, unknown>)[key]
        : undefined,
    document,
  );
