import type { Layer } from '../layer/layer.ts';
import { typeOf, type Node } from './node.ts';

/** A regular file of the merged tree that can be read at any place. */
export interface FileAt {
  readonly size: number;
  /** Bytes from `offset`; both ends must lie within the file. */
  read(offset: number, length: number): Promise<Buffer>;
}

/** Opens a regular file; `undefined` for other nodes, and for sparse files, which are stored with holes. */
export type OpenFile = (node: Node) => FileAt | undefined;

/** Files are read through the open layers, so that nothing needs to be closed. */
export const fileOpener =
  (layers: readonly Layer[]): OpenFile =>
  (node) => {
    const { entry, children } = node;
    if (!entry || children || typeOf(node) !== 'file') return undefined;
    if (entry.size !== entry.bodySize) return undefined;
    const { bytes } = layers[entry.layer] as Layer;
    const start = entry.offset + entry.headerSize;
    return {
      size: entry.bodySize,
      read: async (offset, length) => {
        const target = Buffer.allocUnsafe(length);
        await bytes.read(target, start + offset);
        return target;
      },
    };
  };
