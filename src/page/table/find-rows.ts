import type { View } from '../view.ts';
import { reasonOf, whyText } from '../view.ts';
import type { Sorting } from './grid.tsx';

export type FileKey = 'path' | 'size' | 'layer' | 'why';

export interface FileQuery {
  /** Position of the state, or `undefined` for all. */
  readonly state: number | undefined;
  /** Words that path, package, rule or reason must contain, in any order. */
  readonly search: string;
  readonly sorting: Sorting<FileKey>;
}

/** The files that a query asks for, in its order. */
export const findRows = (
  view: View,
  searchable: () => readonly string[],
  query: FileQuery,
): Uint32Array => {
  const { files, verdicts } = view;
  const words = query.search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const texts = words.length > 0 ? searchable() : [];
  const found: number[] = [];
  for (let at = 0; at < files.count; at++) {
    if (query.state !== undefined && verdicts.states[at] !== query.state) continue;
    if (words.every((word) => texts[at]?.includes(word))) found.push(at);
  }
  return Uint32Array.from(found).sort(orderOf(view, query.sorting));
};

/** What a search looks at, in lower case: made when it is asked for first, and then kept. */
export const searchableText = (view: View): (() => readonly string[]) => {
  let texts: readonly string[] | undefined;
  return () => (texts ??= textsOf(view));
};

const textsOf = (view: View): string[] => {
  const { files, image } = view;
  return files.paths.map((path, at) => {
    const owner = image.packages[(files.packages[at] as number) - 1]?.name ?? '';
    const rule = reasonOf(view, at)?.rule ?? '';
    return `${path} ${owner} ${rule} ${whyText(view, at)}`.toLowerCase();
  });
};

const orderOf = (
  view: View,
  { key, isDescending }: Sorting<FileKey>,
): ((a: number, b: number) => number) => {
  const { sizes, layers } = view.files;
  const sign = isDescending ? -1 : 1;
  // Files are in the order of their paths.
  if (key === 'path') return (a, b) => sign * (a - b);
  if (key === 'size')
    return (a, b) => sign * ((sizes[a] as number) - (sizes[b] as number)) || a - b;
  if (key === 'layer')
    return (a, b) => sign * ((layers[a] as number) - (layers[b] as number)) || a - b;
  const ranks = new Map(
    [...new Set(Array.from(sizes, (_, at) => whyText(view, at)))]
      .sort()
      .map((text, at) => [text, at]),
  );
  const rankOf = Array.from(sizes, (_, at) => ranks.get(whyText(view, at)) as number);
  return (a, b) => sign * ((rankOf[a] as number) - (rankOf[b] as number)) || a - b;
};
