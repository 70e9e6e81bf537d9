/*
 * The OCI layer rules, applied one step at a time to a flat map from paths to files: slow, plain, and
 * written from the specification alone, so that it shares no idea and no code with src/tree. What the
 * specification leaves open (symlinks on the way) is what runtimes do: docs/layer-rules.md.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md
 */

export type StepType = 'file' | 'directory' | 'symlink' | 'link' | 'fifo';

/** One tar entry, as a builder wrote it. */
export interface Step {
  /** In any spelling: `./a`, `/a//b`, `d/`. */
  readonly path: string;
  readonly type: StepType;
  readonly body: string;
  /** Of a symlink or hard link. */
  readonly target: string;
  readonly mode: number;
  readonly mtime: number;
}

/** A file behind one or more names. */
export interface Inode {
  readonly type: Exclude<StepType, 'link'>;
  readonly body: string;
  readonly target: string;
  readonly mode: number;
  readonly mtime: number;
}

/** Paths without leading or trailing slashes; the root is not among them unless an entry names it. */
export type FileSystem = Map<string, Inode>;

/** Thrown for stacks that no runtime could unpack. */
export class BrokenStack extends Error {}

/** What a container sees after all layers, base first. */
export const applyLayers = (layers: readonly (readonly Step[])[]): FileSystem => {
  const files: FileSystem = new Map();
  for (const layer of layers) applyLayer(files, layer);
  return files;
};

const applyLayer = (files: FileSystem, layer: readonly Step[]): void => {
  const links: LinksOfLayer = new Map();
  // "Whiteout files MUST only apply to resources in lower/parent layers": all of them first.
  const changes: Change[] = [];
  for (const step of layer) {
    const written = partsOf(step.path);
    const name = written.at(-1) ?? '';
    const folder = follow(links, written.slice(0, -1));
    const isLed = folder.join('/') !== written.slice(0, -1).join('/');
    if (name === '.wh..wh..opq') {
      removeBelow(files, folder.join('/'));
      changes.push({ kind: 'folder', parts: folder, isLed });
    } else if ([...folder, name].some((part) => part.startsWith('.wh..wh.'))) continue;
    else if (folder.some((part) => part.startsWith('.wh.'))) throw new BrokenStack(step.path);
    else if (name === '.wh.') throw new BrokenStack(step.path);
    else if (name.startsWith('.wh.')) {
      remove(files, [...folder, name.slice(4)].join('/'));
      changes.push({ kind: 'folder', parts: folder, isLed });
    } else changes.push(placed(links, step, written));
  }
  const made = new Set<string>();
  const late = changes.filter((change) => !applyChange(files, change, made));
  for (const change of late)
    if (!applyChange(files, change, made)) throw new BrokenStack(change.parts.join('/'));
};

/** The symlinks that the steps of a layer have made so far, by where they are. */
type LinksOfLayer = Map<string, string>;

type Change =
  /** What a whiteout stands in. */
  | { readonly kind: 'folder'; readonly parts: readonly string[]; readonly isLed: boolean }
  | {
      readonly kind: 'step';
      readonly step: Step;
      readonly parts: readonly string[];
      readonly target: readonly string[];
      /** Symlinks led elsewhere than the step says. */
      readonly isLed: boolean;
    };

/** Where a step of the layer lands; what it does to the symlinks of the layer is done at once. */
const placed = (links: LinksOfLayer, step: Step, written: readonly string[]): Change => {
  const toPlace = (raw: readonly string[]): string[] =>
    raw.length === 0 ? [] : [...follow(links, raw.slice(0, -1)), ...raw.slice(-1)];
  const parts = toPlace(written);
  const target = step.type === 'link' ? toPlace(partsOf(step.target)) : [];
  const path = parts.join('/');
  const link = step.type === 'symlink' ? step.target : links.get(target.join('/'));
  if (step.type !== 'directory') forget(links, path);
  else links.delete(path);
  if (link !== undefined && (step.type === 'symlink' || step.type === 'link'))
    links.set(path, link);
  const isLinkLed = step.type === 'link' && target.join('/') !== partsOf(step.target).join('/');
  return { kind: 'step', step, parts, target, isLed: path !== written.join('/') || isLinkLed };
};

const forget = (links: LinksOfLayer, path: string): void => {
  for (const key of links.keys()) if (key === path || key.startsWith(`${path}/`)) links.delete(key);
};

/** Takes the symlinks of the layer on the way, as Linux does: 40 of them, and never out of the root. */
const follow = (links: LinksOfLayer, parts: readonly string[]): string[] => {
  let at: string[] = [];
  let todo = [...parts];
  for (let taken = 0; todo.length > 0;) {
    const [next = '', ...rest] = todo;
    todo = rest;
    if (next === '' || next === '.') continue;
    if (next === '..') {
      at = at.slice(0, -1);
      continue;
    }
    const target = links.get([...at, next].join('/'));
    if (target === undefined) at = [...at, next];
    else {
      if (++taken > 40) throw new BrokenStack(parts.join('/'));
      if (target.startsWith('/')) at = [];
      todo = [...target.split('/'), ...todo];
    }
  }
  return at;
};

/** False for a hard link whose target is not there yet. `made` are the paths of this layer. */
const applyChange = (files: FileSystem, change: Change, made: Set<string>): boolean => {
  const path = change.parts.join('/');
  if (change.kind === 'folder') {
    if (change.isLed) refuseBelowFile(files, [...change.parts, ''], made);
    makeFolders(files, change.parts, made);
    return true;
  }
  const { step, parts } = change;
  let inode: Inode;
  if (step.type === 'link') {
    const target = change.target.join('/');
    const found = files.get(target);
    if (target === '' || target === path || found?.type === 'directory')
      throw new BrokenStack(path);
    if (!found) return false;
    inode = found;
  } else {
    const { type, body, mode, mtime } = step;
    inode = { type, body, target: type === 'symlink' ? step.target : '', mode, mtime };
  }
  if (change.isLed) refuseBelowFile(files, parts, made);
  makeFolders(files, parts.slice(0, -1), made);
  const isFolder = path === '' || files.get(path)?.type === 'directory';
  if (!isFolder || inode.type !== 'directory') remove(files, path);
  files.set(path, inode);
  made.add(path);
  return true;
};

/** No runtime unpacks what a symlink leads below a file of the same layer. */
const refuseBelowFile = (files: FileSystem, parts: readonly string[], made: Set<string>): void => {
  for (let depth = 1; depth < parts.length; depth++) {
    const parent = parts.slice(0, depth).join('/');
    const there = files.get(parent);
    if (there && there.type !== 'directory' && made.has(parent)) throw new BrokenStack(parent);
  }
};

const makeFolders = (files: FileSystem, parts: readonly string[], made: Set<string>): void => {
  for (let depth = 1; depth <= parts.length; depth++) {
    const path = parts.slice(0, depth).join('/');
    if (files.get(path)?.type === 'directory') continue;
    // What stands in the way of a folder is replaced by one.
    remove(files, path);
    files.set(path, IMPLIED);
    made.add(path);
  }
};

/** "0755, root": what runtimes make where an entry's parent is missing. */
export const IMPLIED: Inode = { type: 'directory', body: '', target: '', mode: 0o755, mtime: 0 };

const remove = (files: FileSystem, path: string): void => {
  files.delete(path);
  removeBelow(files, path);
};

const removeBelow = (files: FileSystem, path: string): void => {
  for (const name of files.keys()) {
    if (path === '' ? name !== '' : name.startsWith(`${path}/`)) files.delete(name);
  }
};

const partsOf = (path: string): string[] =>
  path.split('/').filter((part) => part !== '' && part !== '.');

/**
 * One line a name, sorted; names of one file say so by a number that counts files in the order of
 * their first names.
 */
export const describeFiles = (files: FileSystem): string[] => {
  const numbers = new Map<Inode, number>();
  return [...files.keys()].sort().map((path) => {
    const inode = files.get(path) as Inode;
    if (inode.type === 'directory') return `${path}/ ${inode.mode.toString(8)} ${inode.mtime}`;
    if (!numbers.has(inode)) numbers.set(inode, numbers.size);
    const { type, body, target, mode, mtime } = inode;
    return `${path} #${numbers.get(inode)} ${type} ${mode.toString(8)} ${mtime} ${JSON.stringify([body, target])}`;
  });
};
