import { align } from '../comparison/align.ts';

/** Lines around each difference. */
const CONTEXT = 2;
/** Lines that are shown. */
const MOST_LINES = 20;
/** Characters of a line. */
const WIDTH = 200;

/** The first lines of a unified diff of two texts, with little around each difference. */
export const unifiedDiff = (before: string, after: string): readonly string[] => {
  const edits = editsOf(before.split('\n'), after.split('\n'));
  const isNear = (at: number): boolean =>
    edits.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(([sign]) => sign !== ' ');
  const near = edits.map((_, at) => isNear(at));
  const lines = edits.flatMap(([sign, line], at) => {
    if (!near[at]) return [];
    const gap = at > 0 && !near[at - 1] ? ['@@'] : [];
    return [...gap, `${sign}${shortened(line)}`];
  });
  const more = lines.length - MOST_LINES;
  return [
    '--- original',
    '+++ slim',
    ...lines.slice(0, MOST_LINES),
    ...(more > 0 ? [`… ${more} more lines`] : []),
  ];
};

type Edit = readonly [sign: ' ' | '-' | '+', line: string];

/** All lines of both, those that go before those that come. */
const editsOf = (before: readonly string[], after: readonly string[]): Edit[] => {
  const edits: Edit[] = [];
  let [old, now] = [0, 0];
  for (const [a, b] of [...align(before, after), [before.length, after.length] as const]) {
    for (; old < a; old++) edits.push(['-', before[old] as string]);
    for (; now < b; now++) edits.push(['+', after[now] as string]);
    if (a < before.length) edits.push([' ', before[a] as string]);
    [old, now] = [a + 1, b + 1];
  }
  return edits;
};

const shortened = (line: string): string =>
  line.length <= WIDTH ? line : `${line.slice(0, WIDTH)}…`;
