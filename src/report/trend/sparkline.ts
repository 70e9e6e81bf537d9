const BARS = '▁▂▃▄▅▆▇█';

/**
 * Numbers as one character each, from the smallest of them to the largest. They are small differences between large
 * numbers most of the time, so the lowest bar is the smallest number, not 0.
 */
export const sparkline = (values: readonly number[]): string => {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const heightOf = (value: number): number =>
    most === least ? 0 : Math.round(((value - least) / (most - least)) * (BARS.length - 1));
  return values.map((value) => BARS[heightOf(value)]).join('');
};
