import { byVersion, versionOf } from './tag-version.ts';

/** Of a tag that was read: enough to order it. */
interface TimedTag {
  readonly tag: string;
  readonly root: string;
  readonly images: readonly { readonly created?: string | undefined }[];
}

/**
 * Orders tags by the time their configs name, oldest first; those without one come first. Several tags of one image are
 * one: it is called by the most precise of them, `1.2.3` rather than `1.2` or `latest`.
 */
export const orderByTime = <Tag extends TimedTag>(
  tags: readonly Tag[],
): (Tag & { readonly otherTags: readonly string[] })[] => {
  const named = new Map<string, Tag & { readonly otherTags: readonly string[] }>();
  for (const tag of tags.toSorted((a, b) => byPrecision(a.tag, b.tag))) {
    const first = named.get(tag.root);
    named.set(
      tag.root,
      first ? { ...first, otherTags: [...first.otherTags, tag.tag] } : { ...tag, otherTags: [] },
    );
  }
  return [...named.values()].sort((a, b) => timeOf(a) - timeOf(b) || byName(a.tag, b.tag));
};

/** When the last of its images was made; the platforms of a tag are built minutes apart. */
const timeOf = ({ images }: TimedTag): number =>
  Math.max(0, ...images.map(({ created = '' }) => Date.parse(created) || 0));

/** Reproducible images all have the same time: then versions count. */
const byName = (a: string, b: string): number => {
  const [left, right] = [versionOf(a), versionOf(b)];
  if (left && right) return byVersion(left, right);
  return Number(left !== undefined) - Number(right !== undefined) || (a < b ? -1 : 1);
};

const byPrecision = (a: string, b: string): number =>
  precisionOf(b) - precisionOf(a) || (a < b ? -1 : 1);

const precisionOf = (tag: string): number => versionOf(tag)?.numbers.length ?? 0;
