import type { Unbound } from './code-names.ts';

/** Where code loads something by a name that is not written there, as a pattern of its language finds it; comments of `#` do not count. */
export const computedLoads = (code: string, pattern: RegExp): Unbound[] =>
  [...code.matchAll(pattern)].flatMap(({ index: at }) => {
    if (/^\s*#/.test(code.slice(code.lastIndexOf('\n', at - 1) + 1, at))) return [];
    const word = code.slice(at, at + 60).split('\n', 1)[0] as string;
    return [{ at, word, isGroup: false }];
  });
