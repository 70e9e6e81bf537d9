import { execFile } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Lines of umoci's mtree manifest of an image, unpacked in a new folder that is removed: path, type, mode, owner, size,
 * digest, time, link count, xattrs.
 */
export const unpackWithUmoci = async (
  layout: string,
  tag: string,
  bundle: string,
): Promise<readonly string[]> => {
  await promisify(execFile)('umoci', ['unpack', '--image', `${layout}:${tag}`, bundle]);
  try {
    const manifest = (await readdir(bundle)).find((name) => name.endsWith('.mtree')) as string;
    const lines = (await readFile(join(bundle, manifest), 'utf8')).split('\n');
    // The size of a folder is a matter of the disk.
    return lines
      .filter((line) => !line.startsWith('#'))
      .map((line) => line.replace(/ size=\d+ type=dir/, ' type=dir'));
  } finally {
    await rm(bundle, { recursive: true });
  }
};
