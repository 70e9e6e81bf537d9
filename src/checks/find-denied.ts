import type { CheckCause } from '../api/check.ts';
import { showPath } from '../base/byte-path.ts';
import { matchGlobs } from '../rules/match-globs.ts';
import { createMatcher } from '../rules/matcher.ts';
import { pathOf, type Node } from '../tree/node.ts';
import { globsOf } from './deny-sets.ts';
import { byBytes } from './largest-causes.ts';

/** Throws `usage` for an entry of `deny` that is neither a set nor a glob. */
export const checkDenied = (entries: readonly string[]): void => {
  createMatcher(entries.flatMap(globsOf));
};

/** The files that each entry of `deny` is about, largest first, then by path. Throws `usage` for a wrong entry. */
export const findDenied = (
  entries: readonly string[],
  nodes: readonly Node[],
): ReadonlyMap<string, readonly CheckCause[]> => {
  const matches = matchGlobs([...new Set(entries.flatMap(globsOf))], nodes);
  return new Map(
    entries.map((entry) => {
      const found = new Set(globsOf(entry).flatMap((glob) => matches.get(glob) ?? []));
      const files = [...found].filter(({ children }) => !children);
      return [entry, files.map(describe).sort(byBytes)];
    }),
  );
};

const describe = (node: Node): CheckCause => ({
  kind: 'file',
  name: showPath(pathOf(node)),
  bytes: node.entry?.bodySize ?? 0,
  layer: node.layer + 1,
});
