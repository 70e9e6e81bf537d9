/** Tells whether names match. */
export interface NameTest {
  readonly test: (name: string) => boolean;
}

/**
 * Matches names against a pattern whose only special characters are `*` and `?`. A regular expression would try all
 * ways to share a name among many `*`; here the leftmost place for each part is the right one.
 */
export const wildcardTest = (pattern: string): NameTest => {
  const [head = '', ...others] = pattern.split(/\*+/);
  const tail = others.pop();
  return {
    test: (name) => {
      if (tail === undefined) return name.length === head.length && isAt(name, 0, head);
      let at = head.length;
      const end = name.length - tail.length;
      if (end < at || !isAt(name, 0, head) || !isAt(name, end, tail)) return false;
      for (const part of others) {
        while (at + part.length <= end && !isAt(name, at, part)) at++;
        if (at + part.length > end) return false;
        at += part.length;
      }
      return true;
    },
  };
};

const isAt = (name: string, start: number, part: string): boolean => {
  for (let at = 0; at < part.length; at++)
    if (part[at] !== '?' && part[at] !== name[start + at]) return false;
  return true;
};
