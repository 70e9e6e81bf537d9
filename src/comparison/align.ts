/** Positions of equal items in two lists, ascending in both. */
export type Alignment = readonly (readonly [before: number, after: number])[];

/** Cells of the table that is filled: lists of a thousand items each, which no real history has. */
const MOST_CELLS = 1_000_000;

/**
 * The longest common subsequence of two lists. What they have in common at both ends is found at once; where the rest
 * is too long to be compared item by item, only its ends count.
 * @see https://en.wikipedia.org/wiki/Longest_common_subsequence
 */
export const align = (before: readonly string[], after: readonly string[]): Alignment => {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const ends = (count: number, from: (at: number) => readonly [number, number]): Alignment =>
    Array.from({ length: count }, (_, at) => from(at));
  const middle = alignMiddle(
    before.slice(start, before.length - end),
    after.slice(start, after.length - end),
  );
  return [
    ...ends(start, (at) => [at, at]),
    ...middle.map(([a, b]) => [a + start, b + start] as const),
    ...ends(end, (at) => [before.length - end + at, after.length - end + at]),
  ];
};

const alignMiddle = (before: readonly string[], after: readonly string[]): Alignment => {
  const width = after.length + 1;
  if (before.length * after.length > MOST_CELLS) return [];
  /** The length of the longest common subsequence of what follows each pair of positions. */
  const lengths = new Uint32Array((before.length + 1) * width);
  const lengthAt = (a: number, b: number): number => lengths[a * width + b] as number;
  for (let a = before.length - 1; a >= 0; a--)
    for (let b = after.length - 1; b >= 0; b--)
      lengths[a * width + b] =
        before[a] === after[b]
          ? lengthAt(a + 1, b + 1) + 1
          : Math.max(lengthAt(a + 1, b), lengthAt(a, b + 1));
  const found: [number, number][] = [];
  for (let [a, b] = [0, 0]; a < before.length && b < after.length;) {
    if (before[a] === after[b]) found.push([a++, b++]);
    else if (lengthAt(a + 1, b) >= lengthAt(a, b + 1)) a++;
    else b++;
  }
  return found;
};
