import { baseOf, parentOf, showPath, type BytePath } from '../base/byte-path.ts';
import { ReslimError } from '../base/errors.ts';
import { limitError, type Limits } from '../base/limits.ts';
import { plainEntry, type Entry } from '../layer/entry.ts';
import { MAX_LINKS, spendStep, type StepBudget } from './resolve.ts';
import { readWhiteout } from './whiteout.ts';

/*
 * Runtimes unpack each layer into a folder of its own, entry by entry, before they stack the folders. A
 * symlink that an entry of the layer has made is followed by the entries after it, within that folder; a
 * symlink of a lower layer is not there to be followed. See docs/layer-rules.md.
 */

export interface PlaceEntriesOptions extends Pick<Limits, 'pathSize'> {
  readonly budget: StepBudget;
  /** Bytes that paths behind symlinks may still take, of all layers together. */
  readonly names: { left: number };
  /** Takes each entry that lies elsewhere than its header says, with the entry as it was. */
  readonly onMoved: (placed: Entry, stored: Entry) => void;
}

/**
 * The entries of one layer with the paths where unpacking puts them, and hard links with the paths that
 * their targets have then. Throws `invalid-image` where symlinks lead in circles.
 */
export const placeEntries = (
  entries: readonly Entry[],
  options: PlaceEntriesOptions,
): readonly Entry[] => {
  if (!entries.some(({ type }) => type === 'symlink')) return entries;
  const layer: LayerLinks = { root: {}, options };
  return entries.map((entry) => placeEntry(layer, entry));
};

/** A place of the layer where a symlink is, or one below it is. All other places are left out. */
interface Place {
  /** The target of the symlink. */
  link?: string | undefined;
  children?: Map<string, Place> | undefined;
}

interface LayerLinks {
  readonly root: Place;
  readonly options: PlaceEntriesOptions;
  /** The folder that was looked up last: the next entry is often in it. Forgotten when links change. */
  last?: Folder | undefined;
}

interface Folder {
  /** As entries name it. */
  readonly named: BytePath;
  /** Where it is. */
  readonly path: BytePath;
  readonly place: Place | undefined;
}

const placeEntry = (layer: LayerLinks, entry: Entry): Entry => {
  if (entry.path === '') return entry;
  const folder = findFolder(layer, parentOf(entry.path), entry);
  const path = inFolder(layer, folder, entry.path);
  const target = entry.type === 'link' ? placeTarget(layer, entry) : undefined;
  const linkTarget = target?.path ?? entry.linkTarget;
  const isMoved = path !== entry.path || linkTarget !== entry.linkTarget;
  const placed = isMoved ? { ...plainEntry(entry), path, linkTarget } : entry;
  if (isMoved) layer.options.onMoved(placed, entry);
  // Whiteouts delete what lower layers have, never what the layer itself has brought.
  if (readWhiteout(placed) === undefined) {
    const link = entry.type === 'symlink' ? entry.linkTarget : target?.link;
    noteLink(layer, folder, placed, link);
  }
  return placed;
};

/** A hard link takes its target as it is: of a symlink, it makes another name. */
const placeTarget = (layer: LayerLinks, entry: Entry) => {
  const folder = findFolder(layer, parentOf(entry.linkTarget), entry);
  const path = inFolder(layer, folder, entry.linkTarget);
  return { path, link: folder.place?.children?.get(baseOf(entry.linkTarget))?.link };
};

const inFolder = (layer: LayerLinks, { named, path }: Folder, written: BytePath): BytePath => {
  if (named === path) return written;
  const name = baseOf(written);
  const placed = path === '' ? name : `${path}/${name}`;
  const { pathSize, names } = layer.options;
  names.left -= placed.length;
  if (names.left < 0)
    throw limitError('entryCount', 'symlinks that make file names too long', showPath(written));
  if (placed.length <= pathSize) return placed;
  const what = `symlinks that lead to a path of more than ${pathSize} bytes`;
  throw limitError('pathSize', what, showPath(written));
};

/** Records what is at a path after an entry: a symlink, or what takes the place of one. */
const noteLink = (
  layer: LayerLinks,
  { path, place }: Folder,
  { path: written, type }: Entry,
  link: string | undefined,
): void => {
  const name = baseOf(written);
  const there = place?.children?.get(name);
  if (link !== undefined) {
    const parent = place ?? makePlace(layer.root, path);
    (parent.children ??= new Map()).set(name, { link });
  } else if (!there || (type === 'directory' && there.link === undefined)) return;
  else place?.children?.delete(name);
  layer.last = undefined;
};

const makePlace = (root: Place, path: BytePath): Place => {
  let place = root;
  for (const name of path === '' ? [] : path.split('/')) {
    const children = (place.children ??= new Map());
    let next: Place | undefined = children.get(name);
    if (!next) children.set(name, (next = {}));
    place = next;
  }
  return place;
};

const findFolder = (layer: LayerLinks, named: BytePath, entry: Entry): Folder => {
  if (layer.last?.named === named) return layer.last;
  layer.last = findLiterally(layer.root, named) ?? followLinks(layer, named, entry);
  return layer.last;
};

/** The usual case: no symlink of the layer is on the way. */
const findLiterally = (root: Place, named: BytePath): Folder | undefined => {
  let place: Place | undefined = root;
  for (let start = 0; place && start < named.length;) {
    const slash = named.indexOf('/', start);
    const end = slash < 0 ? named.length : slash;
    place = place.children?.get(named.slice(start, end));
    if (place?.link !== undefined) return undefined;
    start = end + 1;
  }
  return { named, path: named, place };
};

const followLinks = ({ root, options }: LayerLinks, named: BytePath, entry: Entry): Folder => {
  const todo = named.split('/').reverse();
  const names: string[] = [];
  const places: (Place | undefined)[] = [root];
  let links = 0;
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    spendStep(options.budget);
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (names.pop() !== undefined) places.pop();
      continue;
    }
    const next: Place | undefined = places.at(-1)?.children?.get(name);
    if (next?.link === undefined) {
      names.push(name);
      places.push(next);
      continue;
    }
    if (++links > MAX_LINKS) throw tooManyLinks(entry);
    todo.push(...next.link.split('/').reverse());
    if (!next.link.startsWith('/')) continue;
    names.length = 0;
    places.length = 1;
  }
  return { named, path: names.join('/'), place: places.at(-1) };
};

const tooManyLinks = ({ path }: Entry): ReslimError =>
  new ReslimError(
    'invalid-image',
    `more than ${MAX_LINKS} symlinks on the way to ${showPath(path)}`,
  );
