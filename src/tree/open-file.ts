import { fileContent } from '../layer/file-content.ts';
import type { Layer } from '../layer/layer.ts';
import type { Node } from './node.ts';

/** A regular file of the merged tree that can be read at any place. */
export interface FileAt {
  readonly size: number;
  /** Bytes from `offset`; both ends must lie within the file. */
  read(offset: number, length: number): Promise<Buffer>;
}

/** Opens a regular file; `undefined` for other nodes, and for sparse files of PAX archives. */
export type OpenFile = (node: Node) => FileAt | undefined;

/** Files are read through the open layers, so that nothing needs to be closed. */
export const fileOpener =
  (layers: readonly Layer[]): OpenFile =>
  ({ entry, children }) => {
    if (!entry || children) return undefined;
    const content = fileContent((layers[entry.layer] as Layer).bytes, entry);
    return (
      content && {
        size: content.size,
        read: async (offset, length) => {
          const target = Buffer.allocUnsafe(length);
          await content.read(target, offset);
          return target;
        },
      }
    );
  };
