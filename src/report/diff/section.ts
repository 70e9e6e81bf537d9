import type { Align } from '../format-table.ts';

/** A list of differences, not yet in any format: cells are text as it came from the image. */
export interface Section {
  readonly title: string;
  /** How many there are of what, in words. */
  readonly summary?: string | undefined;
  /** Headings, empty where the cells speak for themselves; none are shown if all are. */
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  /** Rows that were left out. */
  readonly more: number;
}

export interface Column {
  readonly name: string;
  readonly align: Align;
  /** Its cells are text of the image: of any length, and never to be taken for anything else. */
  readonly isForeign?: true;
}

/** The first rows of a list, and how many there are beyond. */
export const firstRows = <Item>(
  items: readonly Item[],
  top: number,
  rowOf: (item: Item) => readonly string[],
): Pick<Section, 'rows' | 'more'> => ({
  rows: items.slice(0, top).map(rowOf),
  more: Math.max(0, items.length - top),
});

export const left = (name: string = ''): Column => ({ name, align: 'left' });
export const right = (name: string = ''): Column => ({ name, align: 'right' });
export const foreign = (name: string = ''): Column => ({ name, align: 'left', isForeign: true });
