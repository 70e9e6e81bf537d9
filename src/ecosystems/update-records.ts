import type { UpdateRecords } from './ecosystem.ts';
import { ECOSYSTEMS } from './known-ecosystems.ts';
import type { Entry } from '../layer/entry.ts';
import type { LayerBytes } from '../layer/layer-bytes.ts';

/**
 * New contents of the files in which package managers write down what is installed, so that they and
 * scanners see what is left.
 */
export const updateRecords: UpdateRecords = async (root, removal, open, addNote) => {
  const contents = new Map<Entry, LayerBytes>();
  for (const { updateRecords: update } of ECOSYSTEMS)
    for (const [entry, bytes] of (await update?.(root, removal, open, addNote)) ?? [])
      contents.set(entry, bytes);
  return contents;
};
