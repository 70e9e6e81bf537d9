import type { MirrorEntry } from '../api/mirror.ts';
import { ReslimError } from '../base/errors.ts';
import { isImageTag } from '../tags/select-tags.ts';
import { tagGlobs } from '../tags/tag-globs.ts';
import { isBackupTag } from './backup-tag.ts';
import { tagPattern } from './tag-pattern.ts';

/** What one entry brings from one source to one place: a repository or a layout. */
export interface Delivery {
  readonly entry: MirrorEntry;
  /** `tagAs` where only `{tag}` is left to fill in. */
  readonly template: string;
  /** What the images are called at the place that this run brings there. */
  readonly wanted: readonly string[];
  /** All tags that the source has; absent where they could not be listed. */
  readonly sourceTags: readonly string[] | undefined;
  /** Whether the entry is about one image alone: it has no say in what is gone. */
  readonly isImage: boolean;
}

/**
 * Tags of a place that its sources have no longer. None unless all entries that bring images there ask for their
 * deletion, and all sources were listed and have tags: an empty list rather means that something is wrong. Never tags
 * that no entry could have made, backups, tags that do not change, and those of referrers. Throws `policy` where they are
 * more than `atMost`; `where` names the place.
 */
export const goneTags = (
  targetTags: readonly string[],
  deliveries: readonly Delivery[],
  where: string,
): readonly string[] => {
  const whole = deliveries.filter(({ isImage }) => !isImage);
  const limits = whole.map(limitOf);
  if (limits.length === 0 || limits.includes(undefined)) return [];
  const expected = new Set(
    deliveries.flatMap(({ wanted, sourceTags = [], template }) => [
      ...wanted,
      ...sourceTags.map((tag) => template.replaceAll('{tag}', tag)),
    ]),
  );
  const makers = whole.map(makerOf);
  const backups = deliveries.flatMap(({ entry }) =>
    entry.backup ? isBackupTag(entry.backup) : [],
  );
  const gone = targetTags.filter(
    (tag) =>
      isImageTag(tag.slice(tag.lastIndexOf(':') + 1)) &&
      !expected.has(tag) &&
      makers.some((couldMake) => couldMake(tag)) &&
      !backups.some((isBackup) => isBackup(tag)),
  );
  const atMost = Math.min(...limits.map((limit) => limit ?? 0));
  if (gone.length <= atMost) return gone;
  const count = gone.length === 1 ? '1 tag' : `${gone.length} tags`;
  throw new ReslimError('policy', `${count} would be deleted, ${where}`, {
    hint: `at most ${atMost} may be: if the source really has them no longer, raise the limit`,
  });
};

const limitOf = ({ entry: { gone }, sourceTags = [] }: Delivery): number | undefined =>
  typeof gone === 'object' && sourceTags.length > 0 ? gone.atMost : undefined;

/** Whether an entry may have made a tag, and may delete it. */
const makerOf = ({ entry, template }: Delivery): ((tag: string) => boolean) => {
  const pattern = tagPattern(template, { tag: '(.+)' });
  const isImmutable = tagGlobs(entry.immutable ?? []);
  return (tag) => {
    const [whole, name = ''] = pattern.exec(tag) ?? [];
    return whole !== undefined && !isImmutable(name);
  };
};
