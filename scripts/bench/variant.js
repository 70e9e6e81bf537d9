// The same image after a commit that touched one file: other bytes in the last layer that has a file of the
// application, all other blobs as they are (hard links).
import {
  closeSync,
  copyFileSync,
  createReadStream,
  createWriteStream,
  linkSync,
  openSync,
  writeSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { blobPath, openTar, readLayout } from './read-layout.js';
import { tarFiles } from './tar-files.js';

const LARGEST = 1 << 20;
const MARK = Buffer.from('// changed by the bench\n');

/**
 * Writes the variant of the image in `layout` to `target`, tag `1.0`. `staying` names files that slimming
 * keeps: only one of those changes. Returns its name.
 */
export const makeVariant = async (layout, target, staying) => {
  const { manifest, config } = readLayout(layout);
  const folder = config.config?.WorkingDir?.replace(/^\//, '') || 'app';
  const tar = join(target, '..', 'variant.tar');
  for (const [at, layer] of [...manifest.layers.entries()].reverse()) {
    await pipeline(openTar(layout, layer), createWriteStream(tar));
    const file = pickFile(tarFiles(tar), staying, folder);
    if (!file) continue;
    overwrite(tar, file);
    await writeVariant({ layout, target, tar, at, manifest, config });
    await rm(tar);
    return file.name;
  }
  throw new Error(`no file to change, ${layout}`);
};

/** One of the application rather than of the system; the last of them. */
const pickFile = (files, staying, folder) => {
  const fit = files.filter(
    ({ name, size }) => size >= MARK.length && size <= LARGEST && staying.has(name),
  );
  return fit.findLast(({ name }) => name.startsWith(`${folder}/`)) ?? fit.at(-1);
};

const overwrite = (tar, { offset }) => {
  const file = openSync(tar, 'r+');
  writeSync(file, MARK, 0, MARK.length, offset);
  closeSync(file);
};

const writeVariant = async ({ layout, target, tar, at, manifest, config }) => {
  await createLayout(target);
  const changed = await putLayer(target, createReadStream(tar));
  const layers = manifest.layers.map((descriptor, position) => {
    if (position === at) return changed;
    linkOrCopy(blobPath(layout, descriptor), blobPath(target, descriptor));
    return { descriptor, diffId: config.rootfs.diff_ids[position] };
  });
  await putImage(target, '1.0', { layers, config });
};

/** Across file systems there are no hard links; and one blob may stand for several layers. */
const linkOrCopy = (from, to) => {
  try {
    linkSync(from, to);
  } catch (error) {
    if (error.code !== 'EEXIST') copyFileSync(from, to);
  }
};
