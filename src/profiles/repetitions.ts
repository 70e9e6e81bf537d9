/** One alternative of a group, as far as it matters for how long it takes to match. */
interface Alternative {
  repetitions: number;
  /** The character it begins with; empty where that may be another one. */
  first: string | undefined;
  hasGroup: boolean;
}

/**
 * How often a pattern for a name repeats something: the regular expression that it becomes takes up to the length of
 * the name to this power of steps. `Infinity` where that doubles with each character, as for `+(a*)` and `+(ab|a|b)`.
 * Counts too much rather than too little.
 */
export const repetitionsOf = (pattern: string): number => {
  let at = 0;
  /** Where a parenthesis is left over, picomatch miscounts others, and a `+` may be one of a regular expression. */
  let isBalanced = true;

  const readAlternatives = (isInGroup: boolean): Alternative[] => {
    const alternatives: Alternative[] = [];
    let current = add(alternatives);
    /** What a `+` would repeat, which picomatch reads as in a regular expression after groups and classes. */
    let repeatable: readonly Alternative[] | undefined;
    while (at < pattern.length) {
      const char = pattern[at++] as string;
      if (isInGroup && char === ')') break;
      if (char === ')') isBalanced = false;
      if (isInGroup && char === '|') {
        current = add(alternatives);
        repeatable = undefined;
        continue;
      }
      const isExtended = '@?*+!'.includes(char) && pattern[at] === '(';
      if (isExtended || char === '(') {
        if (isExtended) at++;
        const inner = readAlternatives(true);
        const isClosed = pattern[at - 1] === ')';
        if (!isClosed) isBalanced = false;
        current.repetitions += isClosed ? ofGroup(char, inner) : most(inner) + 1;
        repeatable = '?*+!'.includes(char) ? ANY_LENGTH : inner;
        current.hasGroup = true;
        current.first ??= '';
      } else if (char === '*') {
        // Several are one.
        if (pattern[at - 2] !== '*') current.repetitions++;
        current.first ??= '';
        repeatable = undefined;
      } else if (char === '+' && (isInGroup || repeatable)) {
        current.repetitions += repeatable ? ofRepeated(repeatable) : 1;
        current.first ??= '';
      } else {
        const end = char === '[' ? endOfClass(pattern, at) : undefined;
        repeatable = end === undefined ? undefined : [];
        const literal = char === '\\' ? (pattern[at++] ?? '') : char === '?' ? '' : char;
        current.first ??= end === undefined ? literal : '';
        at = end ?? at;
      }
    }
    return alternatives;
  };

  const repetitions = most(readAlternatives(false));
  return !isBalanced && /\+|[()].*[()]/s.test(pattern) ? Infinity : repetitions;
};

/** A group that may match names of several lengths by itself: repeated, the ways to share a name among rounds double. */
const ANY_LENGTH: readonly Alternative[] = [{ repetitions: 1, first: '', hasGroup: true }];

const add = (alternatives: Alternative[]): Alternative => {
  const alternative = { repetitions: 0, first: undefined, hasGroup: false };
  alternatives.push(alternative);
  return alternative;
};

const most = (alternatives: readonly Alternative[]): number =>
  Math.max(0, ...alternatives.map(({ repetitions }) => repetitions));

const ofGroup = (kind: string, alternatives: readonly Alternative[]): number => {
  if (kind === '+' || kind === '*') return ofRepeated(alternatives);
  // What is not to match is tried wherever the name may go on.
  return most(alternatives) + (kind === '!' ? 1 : 0);
};

/** Only where each round can match in one way, the way through all rounds need not be searched for. */
const ofRepeated = (alternatives: readonly Alternative[]): number => {
  const firsts = new Set(alternatives.map(({ first }) => first ?? ''));
  const isClear =
    alternatives.length <= 1 || (firsts.size === alternatives.length && !firsts.has(''));
  const isSimple = alternatives.every((each) => each.repetitions === 0 && !each.hasGroup);
  return isClear && isSimple ? 1 : Infinity;
};

/** The position after a `[…]` whose contents begin at `start`; `undefined` where it does not end. */
const endOfClass = (pattern: string, start: number): number | undefined => {
  let at = start;
  if (pattern[at] === '!' || pattern[at] === '^') at++;
  if (pattern[at] === ']') at++;
  while (at < pattern.length && pattern[at] !== ']') {
    const named = pattern.startsWith('[:', at) ? pattern.indexOf(':]', at) : -1;
    if (named >= 0) at = named + 2;
    else at += pattern[at] === '\\' ? 2 : 1;
  }
  return at < pattern.length ? at + 1 : undefined;
};
