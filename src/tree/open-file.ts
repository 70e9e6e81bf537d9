import type { Layer } from '../layer/layer.ts';
import { typeOf, type Node } from './node.ts';

/** A regular file of the merged tree that can be read at any place. */
export interface FileAt {
  readonly size: number;
  /** Bytes from `offset`; both ends must lie within the file. */
  read(offset: number, length: number): Promise<Buffer>;
}

/** What is no regular file, or is stored with holes (sparse), opens as `undefined`. */
export type OpenFile = (node: Node) => FileAt | undefined;

/** Nothing is opened or closed but a view: the layers' own handles do the reading. */
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
