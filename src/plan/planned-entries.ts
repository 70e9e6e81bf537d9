import type { BytePath } from '../base/byte-path.ts';
import { plainEntry, type Entry } from '../layer/entry.ts';
import type { Layer } from '../layer/layer.ts';
import type { Tree } from '../tree/squash.ts';
import type { Member, PlannedLayer } from './plan.ts';

/** What layers will hold that are planned, as if they were written and read again. */
export interface PlannedEntries {
  readonly layers: readonly (readonly Entry[])[];
  /** What an entry of them is made of. */
  readonly madeOf: (entry: Entry) => MadeEntry;
}

export interface MadeEntry {
  /** Of the source, as its layer holds it; `undefined` for folders and whiteouts that it has not. */
  readonly entry: Entry | undefined;
  readonly mtime: number;
}

/** `moved` is of the tree that the layers were planned by. */
export const plannedEntries = (
  planned: readonly PlannedLayer[],
  layers: readonly Layer[],
  moved: Tree['moved'],
): PlannedEntries => {
  const made = new Map<Entry, MadeEntry>();
  const entryOf = (member: Member): Entry => {
    if (member.kind === 'copy') return member.entry;
    const entry = member.kind === 'rewrite' ? rewritten(member) : bare(member);
    const source = member.kind === 'rewrite' ? member.entry : undefined;
    made.set(entry, { entry: source && (moved.get(source) ?? source), mtime: entry.mtime });
    return entry;
  };
  return {
    layers: planned.map((layer) =>
      layer.kind === 'write'
        ? Array.from(layer.members, entryOf)
        : (layers[layer.from] as Layer).entries,
    ),
    madeOf: (entry) => made.get(entry) ?? { entry, mtime: entry.mtime },
  };
};

const rewritten = ({ entry, changes }: Extract<Member, { kind: 'rewrite' }>): Entry => ({
  ...plainEntry(entry),
  path: changes.path ?? entry.path,
  mtime: changes.mtime ?? entry.mtime,
  ...(changes.linkTo !== undefined && { type: 'link', linkTarget: changes.linkTo }),
});

const bare = ({ kind, path }: { readonly kind: string; readonly path: BytePath }): Entry => ({
  layer: 0,
  path,
  type: kind === 'folder' ? 'directory' : 'file',
  offset: 0,
  headerSize: 0,
  bodySize: 0,
  size: 0,
  mode: 0o755,
  mtime: 0,
  linkTarget: '',
});
