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
  for (const [path, value] of needed) text = applyEdits(text, modify(text, path, value, {}));
  const after: unknown = JSON.parse(text);
  const lost = needed.find(([path, value]) => !isValue(after, path, value));
  if (lost) throw new ReslimError('invalid-image', `${lost[0].join('.')} is ambiguous, ${where}`);
  return new TextEncoder().encode(text);
};

const isValue = (document: unknown, path: JSONPath, value: unknown): boolean => {
  const shown = path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key)
        ? (at as Record<string | number, unknown>)[key]
        : undefined,
    document,
  );
  return JSON.stringify(shown) === JSON.stringify(value);
};
