import type { NamePattern } from '../profiles/glob.ts';

/**
 * Patterns for names, looked up by the first or the last character of what they match: of a hundred
 * patterns that may match in a folder, a name is tested against two or three.
 */
export class NamePatterns<T> {
  readonly #byFirst = new Map<number, [NamePattern, T][]>();
  readonly #byLast = new Map<number, [NamePattern, T][]>();
  readonly #others: [NamePattern, T][] = [];

  add(name: NamePattern, value: T): void {
    const { head, tail } = name;
    if (head !== '') addTo(this.#byFirst, head.charCodeAt(0), [name, value]);
    else if (tail !== '') addTo(this.#byLast, tail.charCodeAt(tail.length - 1), [name, value]);
    else this.#others.push([name, value]);
  }

  /** Adds the values of all patterns that match to `found`. */
  find(name: string, found: T[]): void {
    test(this.#byFirst.get(name.charCodeAt(0)), name, found);
    test(this.#byLast.get(name.charCodeAt(name.length - 1)), name, found);
    test(this.#others, name, found);
  }
}

const test = <T>(
  candidates: readonly (readonly [NamePattern, T])[] | undefined,
  name: string,
  found: T[],
): void => {
  if (!candidates) return;
  for (const [{ head, tail, pattern }, value] of candidates)
    if (name.startsWith(head) && name.endsWith(tail) && pattern.test(name)) found.push(value);
};

const addTo = <V>(map: Map<number, V[]>, key: number, value: V): void => {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
};
