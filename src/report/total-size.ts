import type { Node } from '../tree/node.ts';

/** How many files there are, and their bytes; names of one file count its bytes once. */
export const totalSize = (
  files: readonly Node[],
): { readonly files: number; readonly bytes: number } => {
  const entries = new Set(files.flatMap(({ entry }) => entry ?? []));
  const bytes = [...entries].reduce((sum, { bodySize }) => sum + bodySize, 0);
  return { files: files.length, bytes };
};
