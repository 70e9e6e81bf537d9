import type { PageImage, PageLayer } from '../../api/page-document.ts';
import type { Files } from './files.ts';

/** How the treemap groups files. */
export const GROUPINGS = ['folder', 'package', 'layer'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** A folder of the treemap, or what else its files have in common. */
export interface Group {
  readonly name: string;
  /** Names from below the root to here, each encoded for a URL, with slashes between them. */
  readonly key: string;
  readonly parent: Group | undefined;
  readonly groups: Group[];
  /** Positions of the files that are directly in it. */
  readonly files: number[];
  count: number;
  bytes: number;
}

/** Groups all files: by folder, by package and then folder, or by layer and then folder. */
export const groupFiles = (image: PageImage, files: Files, grouping: Grouping): Group => {
  const root = newGroup('', undefined);
  const namesOf = groupNames(image, grouping);
  const tops = new Map<string, Group>();
  const inTop = new Map<Group, Map<number, Group>>();
  const topOf = (names: readonly string[]): Group => {
    const key = names.join('\0');
    const known = tops.get(key);
    if (known || names.length === 0) return known ?? root;
    const made = newGroup(names.at(-1) as string, topOf(names.slice(0, -1)));
    tops.set(key, made);
    return made;
  };
  const folderIn = (top: Group, folder: number): Group => {
    if (folder === 0) return top;
    const made = inTop.get(top) ?? new Map<number, Group>();
    inTop.set(top, made);
    const known = made.get(folder);
    if (known) return known;
    const { name, parent } = files.folders[folder] as Files['folders'][number];
    const group = newGroup(name, folderIn(top, parent));
    made.set(folder, group);
    return group;
  };
  for (let at = 0; at < files.count; at++) {
    const group = folderIn(topOf(namesOf(files, at)), files.folderOf[at] as number);
    group.files.push(at);
    const size = files.sizes[at] as number;
    for (let up: Group | undefined = group; up; up = up.parent) {
      up.count++;
      up.bytes += size;
    }
  }
  return root;
};

const newGroup = (name: string, parent: Group | undefined): Group => {
  const word = encodeURIComponent(name);
  const key = parent?.parent ? `${parent.key}/${word}` : word;
  const group = { name, key, parent, groups: [], files: [], count: 0, bytes: 0 };
  parent?.groups.push(group);
  return group;
};

/** The names of the groups above the folders of a file. */
const groupNames = (
  { layers, packages }: PageImage,
  grouping: Grouping,
): ((files: Files, at: number) => readonly string[]) => {
  if (grouping === 'folder') return () => [];
  if (grouping === 'layer') {
    const names = layers.map((layer, at) => [layerName(layer, at)]);
    return (files, at) => names[(files.layers[at] as number) - 1] ?? ['no layer'];
  }
  const names = packages.map(({ type, name, version }) => [
    type,
    version === '' ? name : `${name} ${version}`,
  ]);
  return (files, at) => names[(files.packages[at] as number) - 1] ?? ['in no package'];
};

/** What the group of a layer is called. */
export const layerName = ({ step }: PageLayer, at: number): string =>
  `${at + 1}${step === '' ? '' : ` ${step}`}`;

/** The group with a key; where there is none, the innermost one above it. */
export const findGroup = (root: Group, key: string): Group => {
  let group = root;
  let found = '';
  for (const word of key.split('/')) {
    found = found === '' ? word : `${found}/${word}`;
    const next = group.groups.find((each) => each.key === found);
    if (!next) break;
    group = next;
  }
  return group;
};

/** From below the root to the group itself. */
export const pathTo = (group: Group): readonly Group[] =>
  group.parent ? [...pathTo(group.parent), group] : [];

/** Bytes of each state in a group. */
export const statesOf = (group: Group, files: Files, states: readonly number[]): number[] => {
  const bytes: number[] = [];
  const add = (each: Group): void => {
    for (const at of each.files) {
      const state = states[at] as number;
      bytes[state] = (bytes[state] ?? 0) + (files.sizes[at] as number);
    }
    each.groups.forEach(add);
  };
  add(group);
  return bytes;
};
