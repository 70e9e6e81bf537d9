import type { Layer } from '../layer/open-layer.ts';
import type { ElfSource } from '../elf/elf-source.ts';
import { typeOf, type Node } from '../tree/node.ts';

/**
 * Opens a regular file of the merged tree to be read at any place. What is no regular file, or is
 * stored with holes (sparse), opens as `undefined`.
 */
export type OpenFile = (node: Node) => ElfSource | undefined;

/** Opens files in the layers they lie in. */
export const fileOpener =
  (layers: readonly Layer[]): OpenFile =>
  ({ entry, children }) => {
    if (!entry || children || typeOf({ entry } as Node) !== 'file') return undefined;
    if (entry.size !== entry.bodySize) return undefined;
    const { bytes } = layers[entry.layer] as Layer;
    const start = entry.offset + entry.headerSize;
    return {
      size: entry.size,
      read: async (offset, length) => {
        const target = Buffer.allocUnsafe(length);
        await bytes.read(target, start + offset);
        return target;
      },
    };
  };

/** The text of a whole file as a binary string; `undefined` where there is none, or more than `limit` bytes. */
export const readText = async (
  open: OpenFile,
  node: Node | undefined,
  limit: number,
): Promise<string | undefined> => {
  const file = node && open(node);
  if (!file || file.size > limit) return undefined;
  return (await file.read(0, file.size)).toString('latin1');
};
