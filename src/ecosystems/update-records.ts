import type { Removal } from './ecosystem.ts';
import { ECOSYSTEMS } from './known-ecosystems.ts';
import type { Entry } from '../layer/entry.ts';
import type { LayerBytes } from '../layer/layer-bytes.ts';
import type { Node } from '../tree/node.ts';
import type { OpenFile } from '../tree/open-file.ts';

/**
 * New contents of the files in which package managers write down what is installed, so that they and
 * scanners see what is left.
 */
export const updateRecords = async (
  root: Node,
  removal: Removal,
  open: OpenFile,
): Promise<Map<Entry, LayerBytes>> => {
  const contents = new Map<Entry, LayerBytes>();
  for (const { updateRecords: update } of ECOSYSTEMS)
    for (const [entry, bytes] of (await update?.(root, removal, open)) ?? [])
      contents.set(entry, bytes);
  return contents;
};
