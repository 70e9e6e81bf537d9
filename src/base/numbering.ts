/** Numbers equal values, from 1 in the order they come. */
export interface Numbering<Value> {
  readonly of: (value: Value) => number;
  readonly list: readonly Value[];
}

/** Values are equal when their keys are. */
export const numbering = <Value>(keyOf: (value: Value) => string): Numbering<Value> => {
  const numbers = new Map<string, number>();
  const known = new Map<Value, number>();
  const list: Value[] = [];
  const find = (value: Value): number => {
    const key = keyOf(value);
    const number = numbers.get(key) ?? list.push(value);
    numbers.set(key, number);
    known.set(value, number);
    return number;
  };
  return { list, of: (value) => known.get(value) ?? find(value) };
};
