import type { UpdateRecords } from '../ecosystem.ts';
import { removeFromDpkg } from './remove-packages.ts';
import { trimDpkgLists } from './trim-lists.ts';

/** The databases of dpkg and apt as they are to be when packages and files are gone. */
export const updateDpkg: UpdateRecords = async (root, removal, open) => {
  const contents = await removeFromDpkg(root, removal, open);
  if (removal.lists === 'trimmed') await trimDpkgLists(contents, root, removal, open);
  return contents;
};
