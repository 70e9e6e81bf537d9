import { groupBy } from '../base/group-by.ts';
import type { Codec } from '../codec/codec.ts';
import type { Entry } from '../layer/entry.ts';
import type { Layer } from '../layer/layer.ts';
import { attributesOf } from '../layer/attributes-of.ts';
import { fileOpener, type FileAt } from '../tree/open-file.ts';
import type { Node } from '../tree/node.ts';
import type { StayingFile } from './candidates.ts';
import { likelyWritten } from './likely-written.ts';
import { hashOf } from './local-file.ts';
import { compressedSize, type Storage } from './measure.ts';
import type { Change } from './transform.ts';

export interface DedupeOptions {
  readonly codec: Codec;
  readonly layers: readonly Layer[];
  /** All files go into one layer, so that any of them may be linked. */
  readonly oneLayer: boolean;
  /** `VOLUME`s of the image. */
  readonly volumes: readonly string[];
  /** Later mtimes will be set to this: seconds since the epoch. */
  readonly timestamp: number | undefined;
  /** Entries whose mtime stays as it is. */
  readonly recorded: ReadonlyMap<Entry, unknown>;
  readonly storageOf: (layer: number) => Storage;
}

/**
 * Turns files that a container cannot tell apart (content, mode, owner, xattrs, mtime) into names of one
 * file, the first in path order. Changes the nodes; the plan then writes hard links.
 */
export const dedupe = async (
  files: readonly StayingFile[],
  options: DedupeOptions,
): Promise<Change[]> => {
  const changes: Change[] = [];
  for (const group of await equalFiles(files, options)) {
    const [first, ...others] = group as [StayingFile, ...StayingFile[]];
    const file = fileOpener(options.layers)(first.nodes[0] as Node) as FileAt;
    const storage = options.storageOf(first.entry.layer);
    const beforeCompressed = await compressedSize(file, storage, options.codec);
    for (const { nodes, names } of others.slice(0, MAX_LINKS)) {
      for (const node of nodes) node.entry = first.entry;
      const sizes = { before: file.size, after: 0, beforeCompressed, afterCompressed: 0 };
      changes.push({ path: names[0], by: 'dedupe', ...sizes, linkTo: first.names[0] });
    }
  }
  return changes;
};

/** File systems limit the number of names of a file, all in use to more than this. */
const MAX_LINKS = 1000;

const equalFiles = async (
  files: readonly StayingFile[],
  options: DedupeOptions,
): Promise<StayingFile[][]> => {
  const isWritten = likelyWritten(options.volumes);
  const fixed = files.filter(
    ({ entry, names }) =>
      entry.size > 0 &&
      entry.size === entry.bodySize &&
      (entry.mode & SETUID_SETGID) === 0 &&
      !names.some(isWritten),
  );
  const bySize = groups(fixed, ({ entry }) => String(entry.size));
  const open = fileOpener(options.layers);
  const found: StayingFile[][] = [];
  for (const sameSize of bySize) {
    const keys = new Map<StayingFile, string>();
    for (const each of sameSize) keys.set(each, await visibleKey(each, options));
    for (const alike of groups(sameSize, (each) => keys.get(each) as string)) {
      const hashes = new Map<StayingFile, string>();
      for (const each of alike)
        hashes.set(each, await hashOf(open(each.nodes[0] as Node) as FileAt));
      for (const group of groups(alike, (each) => hashes.get(each) as string)) found.push(group);
    }
  }
  return found;
};

const SETUID_SETGID = 0o6000;

/** Groups of two or more, in the order of their first members. */
const groups = (
  files: readonly StayingFile[],
  keyOf: (file: StayingFile) => string,
): StayingFile[][] => [...groupBy(files, keyOf).values()].filter((group) => group.length > 1);

/** Everything but its content by which a container can tell a file from another. */
const visibleKey = async (
  { entry, nodes }: StayingFile,
  { layers, oneLayer, timestamp = Infinity, recorded }: DedupeOptions,
): Promise<string> => {
  const { uid, gid, xattrs } = await attributesOf(entry, layers);
  const names = [...xattrs].sort(([a], [b]) => (a < b ? -1 : 1));
  // A hard link must be in the same layer as its target, since layers are unpacked one by one.
  const places = oneLayer ? [] : [...new Set(nodes.map(({ via }) => via?.layer))];
  const mtime = recorded.has(entry) ? entry.mtime : Math.min(entry.mtime, timestamp);
  return JSON.stringify([entry.mode, uid, gid, mtime, names, places]);
};
