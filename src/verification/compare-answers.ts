import type { VerifiedTrial } from '../api/verify.ts';
import { regexMask } from '../base/regular-expression.ts';
import { unifiedDiff } from './unified-diff.ts';

/** What stands in place of text that does not count. */
const MASK = '***';

/** Compares what two images answer, but for what one of the expressions matches. Throws `usage` for what is none. */
export const openComparison = (
  ignore: readonly string[],
): ((before: string, after: string) => Pick<VerifiedTrial, 'same' | 'diff'>) => {
  const mask = regexMask(ignore, MASK);
  return (before, after) => {
    const [old, now] = [mask(before), mask(after)];
    return { same: old === now, diff: old === now ? [] : unifiedDiff(old, now) };
  };
};
