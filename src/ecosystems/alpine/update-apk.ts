import type { UpdateRecords } from '../ecosystem.ts';
import { removeFromApk } from './remove-packages.ts';
import { trimApkLists } from './trim-lists.ts';

/** apk's database as it is to be when packages and files are gone. */
export const updateApk: UpdateRecords = async (root, removal, open) => {
  const contents = await removeFromApk(root, removal, open);
  if (removal.lists === 'trimmed') await trimApkLists(contents, root, removal, open);
  return contents;
};
