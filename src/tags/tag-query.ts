import { tagFilter } from './tag-filter.ts';

/** What a list of patterns asks for: tags by their very names, and tags that fit. */
export interface TagQuery {
  readonly names: readonly string[];
  /** Globs, ranges, and globs to leave out; empty if only names are asked for. */
  readonly patterns: readonly string[];
}

/**
 * Tells names of tags from patterns. What consists of the characters of a tag is a name, `1.25` too: ranges have an
 * operator or a wildcard, `^1.25`, `1.25.x`. Throws `usage` for an empty pattern.
 */
export const tagQuery = (patterns: readonly string[]): TagQuery => {
  tagFilter(patterns);
  const names = patterns.filter((pattern) => isName(pattern));
  return { names, patterns: patterns.filter((pattern) => !names.includes(pattern)) };
};

const isName = (pattern: string): boolean =>
  /^\w[\w.-]*$/.test(pattern) && !/^v?(\d+\.){0,2}x$/i.test(pattern);
