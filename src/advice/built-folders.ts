import { showPath } from '../base/byte-path.ts';
import type { SystemPackages } from '../ecosystems/system-package.ts';
import { pathOf, type Node } from '../tree/node.ts';

/** Folders that are named; more of them are a hint that the image is not of the kind this is for. */
const MOST = 8;

/**
 * What the last stage has to copy from a stage that builds: folders of files that are used, were made by the image's own
 * steps, and belong to no package of a distribution. `/opt/venv`, `/app`.
 */
export const builtFolders = (
  used: ReadonlySet<Node>,
  { owners }: SystemPackages,
  baseLayers: ReadonlySet<number>,
): string[] => {
  const built = [...used]
    .filter((node) => !node.children && !owners.has(node) && !baseLayers.has(node.layer))
    .map((node) => showPath(pathOf(node)))
    .filter((path) => !DISTRIBUTION.test(path));
  const folders = [...new Set(built.map(folderOf))].sort();
  return folders
    .filter((folder) => !folders.some((other) => folder.startsWith(`${other}/`)))
    .slice(0, MOST);
};

/** What package managers and tools write beside the packages. */
const DISTRIBUTION =
  /^\/(var|etc|root|tmp|proc|sys|dev|run)\/|^\/usr\/(share|lib|bin|sbin|include)\/|^\/(bin|sbin|lib|lib64)\//;

/** `/usr/local/bin/app` alone is a file to copy; `/opt/venv` and `/srv/app` are folders of a product. */
const folderOf = (path: string): string => {
  const parts = path.split('/');
  if (path.startsWith('/usr/local/bin/') || parts.length <= 2) return path;
  return parts
    .slice(0, /^\/(opt|srv|home)\//.test(path) ? 3 : path.startsWith('/usr/local/') ? 4 : 2)
    .join('/');
};
