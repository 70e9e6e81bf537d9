import type { MirrorPage, MirrorPageImage, MirrorPageStatus } from '../../api/mirror-page.ts';
import type { Sorting } from '../table/grid.tsx';

export type ImageKey = 'status' | 'source' | 'before' | 'after' | 'saved' | 'why';

export interface ImageQuery {
  /** Those with all states, or of all entries, where they are absent. */
  readonly status: MirrorPageStatus | undefined;
  readonly entry: number | undefined;
  /** Words that names, digests or reasons must contain, in any order. */
  readonly search: string;
  readonly sorting: Sorting<ImageKey>;
}

/** The images that a query asks for, in its order, by position. */
export const findImages = (
  page: MirrorPage,
  searchable: () => readonly string[],
  { status, entry, search, sorting }: ImageQuery,
): number[] => {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const texts = words.length > 0 ? searchable() : [];
  return page.images
    .map((_, at) => at)
    .filter((at) => {
      const image = page.images[at] as MirrorPageImage;
      if (status !== undefined && image.status !== status) return false;
      if (entry !== undefined && image.entry !== entry) return false;
      return words.every((word) => texts[at]?.includes(word));
    })
    .sort(orderOf(page, sorting));
};

/** What a search looks at, in lower case: made when it is asked for first, and then kept. */
export const searchableImages = (page: MirrorPage): (() => readonly string[]) => {
  let texts: readonly string[] | undefined;
  return () =>
    (texts ??= page.images.map((image) =>
      [
        image.source,
        image.target,
        image.digest ?? '',
        image.targetDigest ?? '',
        page.entries[image.entry]?.name ?? '',
        whyText(image),
      ]
        .join(' ')
        .toLowerCase(),
    ));
};

/** Why an image is in its state, and from when on that may change, in one line. */
export const whyText = ({ status, reason, nextTry, replaced, copy }: MirrorPageImage): string => {
  const never = status === 'failed' ? ', not tried again' : '';
  const when = nextTry === undefined ? never : `, next try from ${nextTry}`;
  if (reason !== undefined) return reason + when;
  if (status !== 'done') return '';
  return [copy ? 'copied' : 'slimmed', ...(replaced === undefined ? [] : [replaced])].join(', ');
};

export const savedBy = ({ before, after }: MirrorPageImage): number | undefined =>
  before === undefined || after === undefined ? undefined : before - after;

export const countStates = ({ images }: MirrorPage): ReadonlyMap<MirrorPageStatus, number> => {
  const counts = new Map<MirrorPageStatus, number>();
  for (const { status } of images) counts.set(status, (counts.get(status) ?? 0) + 1);
  return counts;
};

/** Images without a value come last, whichever way. */
const orderOf = (
  { images, states }: MirrorPage,
  { key, isDescending }: Sorting<ImageKey>,
): ((a: number, b: number) => number) => {
  const ranks = new Map(states.map(({ id }, at) => [id, at]));
  const valueOf = (image: MirrorPageImage): string | number | undefined =>
    ({
      status: () => ranks.get(image.status),
      source: () => image.source,
      before: () => image.before,
      after: () => image.after,
      saved: () => savedBy(image),
      why: () => whyText(image) || undefined,
    })[key]();
  const values = images.map(valueOf);
  const sign = isDescending ? -1 : 1;
  return (a, b) => {
    const [one, other] = [values[a], values[b]];
    if (one === undefined || other === undefined)
      return Number(one === undefined) - Number(other === undefined) || a - b;
    return sign * (one < other ? -1 : Number(one > other)) || a - b;
  };
};
