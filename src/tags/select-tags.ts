import type { LeftOutTag } from '../api/trend.ts';
import type { TrendOrder } from '../api/vocabulary.ts';
import { tagFilter } from './tag-filter.ts';
import { byVersion, versionOf, type TagVersion } from './tag-version.ts';

/** Tags of a history, oldest first where they are ordered by version. */
export interface SelectedTags {
  readonly tags: readonly string[];
  readonly leftOut: readonly LeftOutTag[];
}

export interface TagQuery {
  /** Globs and ranges of versions, see `tagFilter`. */
  readonly patterns: readonly string[];
  readonly order: TrendOrder;
}

/**
 * Chooses and orders the tags of a repository by their names alone. Tags of signatures and attestations are no images,
 * and are not even listed as left out.
 */
export const selectTags = (all: readonly string[], { patterns, order }: TagQuery): SelectedTags => {
  const { accepts, hasGlobs } = tagFilter(patterns);
  const asked = all.filter((tag) => isImageTag(tag) && accepts(tag));
  if (order === 'created') return { tags: asked.toSorted(), leftOut: [] };
  const leftOut: LeftOutTag[] = [];
  const leave = (tag: string, reason: string): void => void leftOut.push({ tag, reason });
  const versions = asked.flatMap((tag) => {
    const version = versionOf(tag);
    if (!version) leave(tag, 'no version');
    return version ?? [];
  });
  const extended = prefixesOf(versions);
  const hasPlain = versions.some(({ suffix }) => suffix === '');
  const kept = versions.filter((version) => {
    const { tag, suffix } = version;
    if (extended.has(keyOf(version))) leave(tag, 'moves with the versions below it');
    else if (suffix !== '' && hasPlain && !hasGlobs && patterns.length === 0)
      leave(tag, 'a version with a suffix');
    else return true;
    return false;
  });
  return { tags: kept.sort(byVersion).map(({ tag }) => tag), leftOut };
};

/**
 * Whether the name of a tag allows that it is an image: not by those that are made from a digest, signatures,
 * attestations and other referrers are found.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema
 */
export const isImageTag = (tag: string): boolean => !/^sha(256|512)-[0-9a-f]{64}/.test(tag);

/** `1` and `1.2` beside `1.2.3`: whoever publishes the next patch moves them. */
const prefixesOf = (versions: readonly TagVersion[]): ReadonlySet<string> =>
  new Set(
    versions.flatMap(({ numbers, suffix }) =>
      numbers.slice(1).map((_, at) => keyOf({ numbers: numbers.slice(0, at + 1), suffix })),
    ),
  );

const keyOf = ({ numbers, suffix }: Pick<TagVersion, 'numbers' | 'suffix'>): string =>
  `${numbers.join('.')}${suffix}`;
