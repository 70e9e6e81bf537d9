import { hierarchy, treemap, type HierarchyRectangularNode } from 'd3-hierarchy';
import type { Files } from '../data/files.ts';
import type { Group } from '../data/groups.ts';

/** What one rectangle stands for: a group, a file, or what is too small to be drawn. */
export type Item =
  | {
      readonly kind: 'group';
      readonly group: Group;
      readonly bytes: number;
      readonly inner?: readonly Item[];
    }
  | { readonly kind: 'file'; readonly file: number; readonly bytes: number }
  | {
      readonly kind: 'rest';
      readonly count: number;
      readonly files: readonly number[];
      readonly bytes: number;
    };

export interface Tile {
  readonly item: Item;
  /** 1 for what lies in the group that is shown. */
  readonly depth: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Whether its contents are drawn in it. */
  readonly isOpen: boolean;
}

/** Square pixels below which nothing is drawn. */
const SMALLEST = 90;
/** Square pixels from which the contents of a group are drawn. */
const OPENED = 9000;
const DEEPEST = 4;
const HEADER = 20;

/** Lays out what is in a group, largest first; smaller things are drawn as one. */
export const layOut = (group: Group, files: Files, width: number, height: number): Tile[] => {
  if (group.bytes === 0 || width < 1 || height < 1) return [];
  const area = (width * height) / group.bytes;
  const root: Item = {
    kind: 'group',
    group,
    bytes: group.bytes,
    inner: itemsIn(group, files, area, 1),
  };
  const laidOut = treemap<Item>()
    .size([width, height])
    .round(true)
    .paddingInner(2)
    .paddingOuter((node) => (node.depth === 0 ? 0 : 3))
    .paddingTop((node) => (node.depth === 0 ? 0 : HEADER))(
    hierarchy<Item>(root, (item) => (item.kind === 'group' ? item.inner : undefined))
      .sum((item) => (item.kind === 'group' && item.inner ? 0 : item.bytes))
      .sort((a, b) => (b.value ?? 0) - (a.value ?? 0)),
  );
  return laidOut
    .descendants()
    .slice(1)
    .map(tileOf)
    .filter((tile) => tile.width > 0 && tile.height > 0);
};

const tileOf = ({
  data,
  depth,
  x0,
  y0,
  x1,
  y1,
  children,
}: HierarchyRectangularNode<Item>): Tile => ({
  item: data,
  depth,
  x: x0,
  y: y0,
  width: x1 - x0,
  height: y1 - y0,
  isOpen: children !== undefined,
});

/** `area` are the square pixels of a byte. */
const itemsIn = (group: Group, files: Files, area: number, depth: number): Item[] => {
  const items: Item[] = [];
  const rest = { count: 0, files: [] as number[], bytes: 0 };
  for (const each of group.groups) {
    const { bytes, count } = each;
    if (bytes * area < SMALLEST) {
      rest.count += count;
      rest.bytes += bytes;
      for (const file of filesIn(each)) rest.files.push(file);
      continue;
    }
    const only = onlyGroupIn(each);
    const isOpened = depth < DEEPEST && bytes * area > OPENED;
    items.push({
      kind: 'group',
      group: only,
      bytes,
      ...(isOpened && { inner: itemsIn(only, files, area, depth + 1) }),
    });
  }
  for (const file of group.files) {
    const bytes = files.sizes[file] as number;
    if (bytes * area >= SMALLEST) items.push({ kind: 'file', file, bytes });
    else {
      rest.count++;
      rest.bytes += bytes;
      rest.files.push(file);
    }
  }
  if (rest.bytes > 0) items.push({ kind: 'rest', ...rest });
  return items;
};

/** A folder that holds nothing but one other is drawn as that one. */
const onlyGroupIn = (group: Group): Group => {
  const [only] = group.groups;
  return only && isChain(group) ? onlyGroupIn(only) : group;
};

/** Whether a group holds nothing but one other. */
export const isChain = ({ groups, files }: Group): boolean =>
  groups.length === 1 && files.length === 0;

const filesIn = (group: Group): number[] => {
  const found: number[] = [];
  const add = (each: Group): void => {
    for (const file of each.files) found.push(file);
    each.groups.forEach(add);
  };
  add(group);
  return found;
};

/** What a group is called within another one: `lib/node_modules`. */
export const nameWithin = (group: Group, outer: Group): string => {
  const names: string[] = [];
  for (let at: Group | undefined = group; at && at !== outer; at = at.parent)
    names.unshift(at.name);
  return names.join('/');
};
