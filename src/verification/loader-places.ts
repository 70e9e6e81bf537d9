import { groupBy } from '../base/group-by.ts';
import { readLoaderCache } from '../ecosystems/linux/read-loader-cache.ts';
import { libraryFolders } from '../graph/files/library-search.ts';
import type { ImageView } from '../image/image-view.ts';
import type { Node } from '../tree/node.ts';
import { resolvePath } from '../tree/resolve.ts';

/** Looks names up in what ldconfig has found; glibc does not read its settings. */
export const readCache = async ({ tree, open }: ImageView): Promise<(name: string) => string[]> => {
  const { root } = tree();
  const node = isMusl(root) ? undefined : resolvePath(root, 'etc/ld.so.cache').node;
  const file = node && open(node);
  if (!file || file.size > CACHE_SIZE) return () => [];
  const cache = readLoaderCache(await file.read(0, file.size));
  const byName = groupBy(cache?.libraries ?? [], ({ name }) => name);
  return (name) => (byName.get(name) ?? []).map(({ path }) => path);
};

const CACHE_SIZE = 16 * 1024 * 1024;

const isMusl = (root: Node): boolean =>
  namesIn(root, 'lib').some((name) => name.startsWith('ld-musl-'));

const namesIn = (root: Node, folder: string): string[] => [
  ...(resolvePath(root, folder).node?.children?.keys() ?? []),
];

/**
 * Folders where the loader of the image looks for any library, in its order. Those of glibc depend on the distribution; those
 * for other machines do no harm.
 */
export const systemFolders = async ({ tree, open, image }: ImageView): Promise<string[]> => {
  const { root } = tree();
  if (isMusl(root)) return libraryFolders(root, image.config.value, open);
  const machines = namesIn(root, 'usr/lib').filter((name) => /-linux-/.test(name));
  return [
    ...machines.flatMap((name) => [`/lib/${name}`, `/usr/lib/${name}`]),
    ...['/lib64', '/usr/lib64', '/lib', '/usr/lib', '/lib32', '/usr/lib32'],
  ];
};
