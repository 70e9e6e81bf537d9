import type { Node } from '../../tree/node.ts';

/** The folder so many levels above that of a file. */
export const ownFolder = (file: Node | undefined, up: number): Node | undefined => {
  let folder = file?.parent;
  for (let level = 0; level < up; level++) folder = folder?.parent;
  return folder;
};
