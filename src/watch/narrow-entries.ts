import picomatch from 'picomatch';
import type { MirrorEntry } from '../api/mirror.ts';
import { entrySource } from '../mirror/entry-source.ts';
import { formatImageName } from '../oci/image-name.ts';
import { isImageTag } from '../tags/select-tags.ts';
import { tagFilter } from '../tags/tag-filter.ts';
import { tagQuery } from '../tags/tag-query.ts';
import type { PushedTag } from './notifications/pushed-tag.ts';

/**
 * The entries that are concerned by tags that were pushed, each for these tags alone. One that takes the newest tags has to
 * be looked at for the whole repository. Nothing is deleted: what is not looked at is not gone.
 */
export const narrowEntries = (
  entries: readonly MirrorEntry[],
  pushed: readonly PushedTag[],
): readonly MirrorEntry[] => {
  const narrowed = entries.flatMap((entry) => {
    const place = placeOf(entry.from);
    return place ? pushed.flatMap((each) => narrow(entry, place, each) ?? []) : [];
  });
  return [...new Map(narrowed.map((each) => [`${each.name} ${each.from}`, each])).values()];
};

const narrow = (
  entry: MirrorEntry,
  { registry, matches, tag: only, digest }: Place,
  { repository, tag }: PushedTag,
): MirrorEntry | undefined => {
  if (digest !== undefined || !matches(repository)) return undefined;
  const { name = entry.from, newest, tags, digests, ...rest } = entry;
  const kept = { ...rest, name, gone: 'keep' } as const;
  const named = `docker://${formatImageName({ registry, repository, tag })}`;
  if (only !== undefined) return only === tag ? { ...kept, from: named } : undefined;
  const { names, patterns } = tagQuery(tags ?? []);
  if (names.includes(tag)) return { ...kept, from: named };
  const isListed = patterns.length > 0 || (tags ?? digests) === undefined;
  if (!isListed || !isImageTag(tag) || !tagFilter(patterns).accepts(tag)) return undefined;
  if (newest === undefined) return { ...kept, from: named };
  return {
    ...kept,
    from: `docker://${formatImageName({ registry, repository })}`,
    newest,
    ...(tags && { tags }),
  };
};

/** Where an entry takes images from. */
interface Place {
  readonly registry: string;
  readonly matches: (repository: string) => boolean;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

/** `undefined` for layouts and archives: no registry tells of them. */
const placeOf = (from: string): Place | undefined => {
  const source = entrySource(from);
  if (source.kind === 'catalog')
    return { registry: source.registry, matches: picomatch(source.glob, { dot: true }) };
  if (source.kind === 'place') return undefined;
  const name = source.kind === 'image' ? source.image : source.repository;
  return name && { ...name, matches: (repository) => repository === name.repository };
};
