import type { MirrorEntry } from '../api/mirror.ts';
import { tagQuery } from '../tags/tag-query.ts';
import type { EntryProblem } from './check-entry.ts';
import { entrySource, withoutPrefix } from './entry-source.ts';
import { entryTarget } from './entry-target.ts';

/** A problem of one of several entries, by its place. */
export interface EntriesProblem extends EntryProblem {
  readonly at: number;
}

/** Finds entries, each right by itself, that disagree about a target, as far as their texts tell. */
export const checkEntries = (entries: readonly MirrorEntry[]): EntriesProblem[] => [
  ...sharedTargets(entries),
  ...sharedDeletions(entries),
];

/** Two images under one name: the second would replace the first in every run. */
const sharedTargets = (entries: readonly MirrorEntry[]): EntriesProblem[] => {
  const sources = new Map<string, string>();
  return entries.flatMap((entry, at) =>
    knownImages(entry).flatMap(({ source, target }) => {
      const other = sources.get(target);
      sources.set(target, other ?? source);
      if (other === undefined || other === source) return [];
      const message = `${withoutPrefix(target)} is the target of ${withoutPrefix(other)} already`;
      const hint = 'give one of them another name, with {repository} or with tag-as';
      return [{ at, member: 'to', message, hint } as const];
    }),
  );
};

/** Images that an entry names by tag, with what they become. */
const knownImages = (entry: MirrorEntry): { source: string; target: string }[] => {
  const { from, tags = [] } = entry;
  const source = entrySource(from);
  if (source.kind === 'repository')
    return tagQuery(tags).names.map((tag) => ({
      source: `${from}:${tag}`,
      target: entryTarget(entry, { repository: source.repository.repository, tag }),
    }));
  if (source.kind !== 'image' || source.image?.tag === undefined) return [];
  const { repository, tag } = source.image;
  return [{ source: from, target: entryTarget(entry, { repository, tag }) }];
};

/** What one source has no longer may be what another one put there. */
const sharedDeletions = (entries: readonly MirrorEntry[]): EntriesProblem[] =>
  entries.flatMap((entry, at) => {
    if (typeof entry.gone !== 'object') return [];
    const other = entries.find(({ from, to }) => from !== entry.from && isSame(to, entry.to));
    if (!other) return [];
    const message = `would delete tags that come from ${withoutPrefix(other.from)}`;
    return [
      { at, member: 'gone', message, hint: 'give each of them a target of its own' } as const,
    ];
  });

const isSame = (a: string, b: string): boolean => a === b && !/\{(name|repository)\}/.test(a);
