import type { Entry, EntryType } from '../../src/layer/entry.ts';
import type { Layer } from '../../src/layer/layer.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { OCI, type Compression } from '../../src/oci/media-type.ts';
import type { Verdict, Verdicts } from '../../src/rules/verdict.ts';
import { nodeAt, type Node } from '../../src/tree/node.ts';
import { squashLayers, type Tree } from '../../src/tree/squash.ts';
import { entriesOf } from './layer-tar.ts';

/*
 * Layers as pure values, for code that decides and reads no bytes. No tar stands behind them.
 */

/** Entries of one layer from lines as `entriesOf` reads them, all with the time 1000. */
export const plainEntries = (lines: readonly string[], layer = 0): Entry[] => {
  let offset = 0;
  return entriesOf(lines).map(({ name, type, linkname, body = '' }) => {
    const size = Buffer.byteLength(body);
    const entry: Entry = {
      layer,
      path: name.replace(/\/$/, ''),
      type: (type ?? 'file') as EntryType,
      offset,
      headerSize: 512,
      bodySize: size,
      size,
      mode: 0o644,
      mtime: 1000,
      linkTarget: linkname ?? '',
    };
    offset += 512 + Math.ceil(size / 512) * 512;
    return entry;
  });
};

const plainLayer = (
  lines: readonly string[],
  { position = 0, compression = 'gzip' }: { position?: number; compression?: Compression } = {},
): Layer => {
  const digest = digestOf(Buffer.from(`${position} ${lines.join()}`));
  return {
    descriptor: { mediaType: OCI.layer, digest, size: 1 },
    diffId: digest,
    compression,
    entries: plainEntries(lines, position),
    bytes: {
      size: 0,
      read: () => Promise.reject(new Error('a plain layer has no bytes')),
      close: async () => {},
    },
  };
};

export interface PlainImage {
  readonly layers: readonly Layer[];
  readonly tree: Tree;
  /** The node at a path that must be there. */
  readonly at: (path: string) => Node;
  /** Verdicts that drop these paths. */
  readonly dropping: (...paths: readonly string[]) => Verdicts;
}

/** Layers, base first, and what they are together. */
export const plainImage = (
  layers: readonly (readonly string[])[],
  compressions: readonly Compression[] = [],
): PlainImage => {
  const opened = layers.map((lines, position) =>
    plainLayer(lines, { position, compression: compressions[position] ?? 'gzip' }),
  );
  const tree = squashLayers(opened.map(({ entries }) => entries));
  const at = (path: string): Node => {
    const node = nodeAt(tree.root, path);
    if (!node) throw new Error(`no ${path} in the image`);
    return node;
  };
  return {
    layers: opened,
    tree,
    at,
    dropping: (...paths) => new Map(paths.map((path) => [at(path), DROP])),
  };
};

export const DROP: Verdict = {
  action: 'drop',
  by: 'rule',
  id: 'test/rule',
  category: 'test',
  reason: 'the test drops it',
};
