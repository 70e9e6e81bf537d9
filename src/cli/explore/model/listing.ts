import type { Filter, Order } from './choices.ts';
import { DIRECTORY, ROOT, type Files } from './files.ts';

/** The part of an image that is listed, with what each folder holds of it. */
export interface Listing {
  /** 1 for what is listed, and for the folders that it is in. */
  readonly shown: Uint8Array;
  /** Bytes of a file, or of all listed files in a folder. */
  readonly bytes: Float64Array;
  /** Files in a folder; 1 for a file. */
  readonly counts: Uint32Array;
}

/** What a layer adds, changes and deletes, or with the layer 0 the image as a container sees it, as far as the filter matches. */
export const listPart = (files: Files, layer: number, { name, matches }: Filter): Listing => {
  const { count, tree, isFolder, childrenOf } = files;
  const shown = new Uint8Array(count);
  const bytes = new Float64Array(count);
  const counts = new Uint32Array(count);
  const isInScope = layer === 0 ? (at: number) => isSeen(files, at, name) : inLayer(files, layer);
  // From the last to the first, since folders come before what is in them.
  for (let at = count - 1; at >= 0; at--) {
    const isEmptyFolder = isFolder(at) && childrenOf(at).length === 0;
    if ((!isFolder(at) || isEmptyFolder) && isInScope(at) && matches(files, at)) {
      shown[at] = 1;
      counts[at] = isFolder(at) ? 0 : 1;
      // What a layer deletes is stored in another one.
      bytes[at] = layer === 0 || tree.layers[at] === layer ? (tree.sizes[at] as number) : 0;
    }
    const parent = tree.parents[at] as number;
    if (!shown[at] || parent < 0) continue;
    shown[parent] = 1;
    bytes[parent]! += bytes[at] as number;
    counts[parent]! += counts[at] as number;
  }
  shown[ROOT] = 1;
  return { shown, bytes, counts };
};

/** Of the image as a whole, what layers hide is only listed where what is wasted is asked for. */
const isSeen = ({ tree }: Files, at: number, filter: string): boolean =>
  filter === 'wasted' || tree.hiddenBy[at] === 0;

const inLayer =
  ({ tree }: Files, layer: number) =>
  (at: number): boolean =>
    tree.layers[at] === layer || (tree.hiddenBy[at] === layer && tree.replaced[at] === 0);

/** Bytes of what is listed that go, of a file or of all files in a folder. */
export const listedEffect = (
  { count, tree }: Files,
  { shown, bytes }: Listing,
  goes: Float64Array,
): Float64Array => {
  const listed = new Float64Array(count);
  for (let at = count - 1; at >= 0; at--) {
    if (!shown[at]) continue;
    if (tree.types[at] !== DIRECTORY)
      listed[at] = Math.min(bytes[at] as number, goes[at] as number);
    const parent = tree.parents[at] as number;
    if (parent >= 0) listed[parent]! += listed[at] as number;
  }
  return listed;
};

/** The rows of the tree: what is listed in folders that are open, each folder before what is in it. */
export const listRows = (
  { childrenOf }: Files,
  listing: Listing,
  { opened, order }: { readonly opened: ReadonlySet<number>; readonly order: Order },
): number[] => {
  const rows: number[] = [];
  const stack = [ROOT];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    rows.push(at);
    if (!opened.has(at)) continue;
    const below = [...childrenOf(at)].filter((child) => listing.shown[child]);
    sortBy(order, below, listing);
    for (let last = below.length - 1; last >= 0; last--) stack.push(below[last] as number);
  }
  return rows;
};

/** Names are in order already, and stay so among equals. */
const sortBy = (order: Order, names: number[], { bytes, counts }: Listing): void => {
  if (order === 'name') return;
  const measure = order === 'size' ? bytes : counts;
  names.sort((a, b) => (measure[b] as number) - (measure[a] as number) || a - b);
};
