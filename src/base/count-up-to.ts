/** How many items have a key of at most `limit`, of items in the order of their keys: found by halves. */
export const countUpTo = <T>(
  items: readonly T[],
  limit: number,
  keyOf: (item: T) => number,
): number => {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keyOf(items[middle] as T) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
};
