/*
 * The OCI layer rules, applied one step at a time to a flat map from paths to files: slow, plain, and
 * written from the specification alone, so that it shares no idea and no code with src/tree.
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
  // "Whiteout files MUST only apply to resources in lower/parent layers": all of them first.
  const changes: Step[] = [];
  for (const step of layer) {
    const parts = partsOf(step.path);
    const name = parts.at(-1) ?? '';
    const folder = parts.slice(0, -1);
    if (name === '.wh..wh..opq') removeBelow(files, folder.join('/'));
    else if (parts.some((part) => part.startsWith('.wh..wh.'))) continue;
    else if (folder.some((part) => part.startsWith('.wh.'))) throw new BrokenStack(step.path);
    else if (name === '.wh.') throw new BrokenStack(step.path);
    else if (name.startsWith('.wh.')) remove(files, [...folder, name.slice(4)].join('/'));
    else changes.push(step);
  }
  const late: Step[] = [];
  for (const step of changes) if (!applyStep(files, step)) late.push(step);
  for (const step of late) if (!applyStep(files, step)) throw new BrokenStack(step.path);
};

/** False for a hard link whose target is not there yet. */
const applyStep = (files: FileSystem, step: Step): boolean => {
  const parts = partsOf(step.path);
  const path = parts.join('/');
  let inode: Inode;
  if (step.type === 'link') {
    const target = partsOf(step.target).join('/');
    const found = files.get(target);
    if (target === '' || target === path || found?.type === 'directory')
      throw new BrokenStack(path);
    if (!found) return false;
    inode = found;
  } else {
    const { type, body, mode, mtime } = step;
    inode = { type, body, target: type === 'symlink' ? step.target : '', mode, mtime };
  }
  for (let depth = 1; depth < parts.length; depth++) {
    const parent = parts.slice(0, depth).join('/');
    if (files.get(parent)?.type === 'directory') continue;
    // What stands in the way of a folder is replaced by one.
    remove(files, parent);
    files.set(parent, IMPLIED);
  }
  const isFolder = path === '' || files.get(path)?.type === 'directory';
  if (!isFolder || inode.type !== 'directory') remove(files, path);
  files.set(path, inode);
  return true;
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
