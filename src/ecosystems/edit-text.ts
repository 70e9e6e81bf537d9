import type { Entry } from '../layer/entry.ts';
import { bytesInMemory } from '../layer/bytes-in-memory.ts';
import type { LayerBytes } from '../layer/layer-bytes.ts';
import type { Node } from '../tree/node.ts';
import type { OpenFile } from '../tree/open-file.ts';
import { readText } from '../tree/read-text.ts';
import { DATABASE_SIZE } from './system-package.ts';

/**
 * Adds the changed text of a file, a binary string, to `contents`; nothing where there is no such file or no change.
 * What `contents` has of it already is changed further.
 */
export const editText = async (
  contents: Map<Entry, LayerBytes>,
  open: OpenFile,
  node: Node | undefined,
  change: (text: string) => string,
): Promise<void> => {
  if (!node?.entry) return;
  const edited = contents.get(node.entry);
  const text = edited ? await textOf(edited) : await readText(open, node, DATABASE_SIZE);
  if (text === undefined) return;
  const changed = change(text);
  if (changed !== text) contents.set(node.entry, bytesInMemory(Buffer.from(changed, 'latin1')));
};

const textOf = async (bytes: LayerBytes): Promise<string> => {
  const target = Buffer.alloc(bytes.size);
  await bytes.read(target, 0);
  return target.toString('latin1');
};
