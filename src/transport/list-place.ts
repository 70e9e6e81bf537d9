import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ReslimError } from '../base/errors.ts';
import { withIoErrors } from '../base/io-error.ts';
import { parseImageName } from '../oci/image-name.ts';
import type { Reference } from '../oci/reference.ts';
import { listArchive, type ListArchiveOptions } from './archive/list-archive.ts';
import { parseLayoutIndex } from './index-lookup.ts';
import { isLayoutFolder, readIndexFile } from './layout/layout-folder.ts';
import { listedImages, type ListedImage } from './listed-image.ts';

/** An image by its name in a place, and the place. */
export interface PlacedImage extends ListedImage {
  /** In the spelling of `parseReference`. */
  readonly reference: Reference;
}

type Place = Extract<Reference, { readonly kind: 'oci' | 'oci-archive' | 'docker-archive' }>;

/**
 * All images that a layout or an archive has under names. A folder that is no layout may hold layouts, one for each
 * repository: their paths below it are the repositories. Rejects with `limit` for more folders than anybody has.
 */
export const listPlace = async (
  place: Place,
  options: ListArchiveOptions,
): Promise<readonly PlacedImage[]> => {
  if (place.kind !== 'oci') {
    const listed = await listArchive(place.path, options);
    return listed.map((image) => ({ ...image, reference: referenceTo(place, image.name) }));
  }
  const layouts = (await isLayoutFolder(place.path)) ? [''] : await layoutsBelow(place.path);
  const all: PlacedImage[] = [];
  for (const below of layouts) {
    const path = join(place.path, below);
    const layout = parseLayoutIndex(await readIndexFile(path, options.limits), `layout ${path}`);
    for (const image of listedImages(layout.index.manifests)) {
      const repository = image.repository ?? (below === '' ? undefined : below);
      all.push({ ...image, repository, reference: { kind: 'oci', path, tag: image.name } });
    }
  }
  return all;
};

const referenceTo = (place: Place, name: string): Reference => {
  if (place.kind !== 'docker-archive') return { ...place, tag: name };
  return { ...place, image: parseImageName(name) };
};

/** Folders that are looked into for layouts, and how deep they may lie. */
const MAX_FOLDERS = 100_000;
const MAX_DEPTH = 16;

/** Paths of the layouts below a folder, in the order of their names. */
const layoutsBelow = (root: string): Promise<readonly string[]> =>
  withIoErrors(`folder ${root}`, async () => {
    const found: string[] = [];
    let seen = 0;
    const visit = async (below: string, depth: number): Promise<void> => {
      if (++seen > MAX_FOLDERS || depth > MAX_DEPTH)
        throw new ReslimError('limit', `too many folders, or too deep, ${root}`, { place: root });
      if (await isLayoutFolder(join(root, below))) return void found.push(below);
      const entries = await readdir(join(root, below), { withFileTypes: true });
      const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
      for (const { name } of folders.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
        await visit(below === '' ? name : `${below}/${name}`, depth + 1);
    };
    await visit('', 0);
    return found;
  });
