import type { Node } from './node.ts';
import type { OpenFile } from './open-file.ts';

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
