import { ReslimError } from '../errors.ts';
import { showPath } from '../byte-path.ts';
import type { Layer } from '../layer/open-layer.ts';
import { pathOf, typeOf, type Node } from './node.ts';

/**
 * Reads the first `limit` bytes of a regular file of the merged tree, or all of it when it is shorter.
 * What is no regular file, or is stored with holes (sparse), reads as `undefined`.
 */
export type ReadFile = (node: Node, limit: number) => Promise<Buffer | undefined>;

export const fileReader =
  (layers: readonly Layer[]): ReadFile =>
  async (node, limit) => {
    const { entry } = node;
    if (!entry || typeOf(node) !== 'file' || entry.size !== entry.bodySize) return undefined;
    const bytes = Buffer.allocUnsafe(Math.min(limit, entry.bodySize));
    await (layers[entry.layer] as Layer).bytes.read(bytes, entry.offset + entry.headerSize);
    return bytes;
  };

/** Reads a whole file that must not be larger than `limit`. */
export const readWhole = async (
  read: ReadFile,
  node: Node,
  limit: number,
): Promise<Buffer | undefined> => {
  if ((node.entry?.size ?? 0) > limit) {
    throw new ReslimError('limit', `larger than ${limit} bytes: ${showPath(pathOf(node))}`);
  }
  return read(node, limit);
};
