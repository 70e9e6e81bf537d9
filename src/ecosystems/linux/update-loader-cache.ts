import { bytesInMemory } from '../../layer/bytes-in-memory.ts';
import type { Entry } from '../../layer/entry.ts';
import type { LayerBytes } from '../../layer/layer-bytes.ts';
import { nodeAt, type Node } from '../../tree/node.ts';
import { newStepBudget, resolvePath } from '../../tree/resolve.ts';
import type { Removal, UpdateRecords } from '../ecosystem.ts';
import { readLoaderCache } from './read-loader-cache.ts';
import { writeLoaderCache } from './write-loader-cache.ts';

/** Leaves libraries that are gone out of the loader's cache, where lists are trimmed. */
export const updateLoaderCache: UpdateRecords = async (root, removal, open, addNote) => {
  const contents = new Map<Entry, LayerBytes>();
  const node = nodeAt(root, 'etc/ld.so.cache');
  const file = node && open(node);
  if (removal.lists !== 'trimmed' || !file || !node.entry || removal.isGone(node)) return contents;
  const isSmall = file.size <= CACHE_SIZE;
  const cache = isSmall ? readLoaderCache(await file.read(0, file.size)) : undefined;
  if (!cache) {
    addNote(
      '/etc/ld.so.cache stays as it is, and may name libraries that are gone: unknown format',
    );
    return contents;
  }
  const isThere = libraryTest(root, removal);
  const libraries = cache.libraries.filter(({ path }) => isThere(path));
  if (libraries.length < cache.libraries.length)
    contents.set(node.entry, bytesInMemory(writeLoaderCache({ ...cache, libraries })));
  return contents;
};

/** A hundred times that of a workstation. */
const CACHE_SIZE = 4 * 1024 * 1024;

/** Whether a path leads to a file that stays, by links that stay. */
const libraryTest = (root: Node, { isGone }: Removal): ((path: string) => boolean) => {
  const budget = newStepBudget();
  return (path) => {
    const { node, links } = resolvePath(root, path, root, budget);
    return node !== undefined && !isGone(node) && !links.some(isGone);
  };
};
