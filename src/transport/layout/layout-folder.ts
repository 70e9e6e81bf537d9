import { lstat, realpath, rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { ReslimError } from '../../base/errors.ts';
import { shortDigest } from '../../oci/descriptor.ts';
import { algorithmOf, hexOf, quote, type Digest } from '../../oci/digest.ts';
import { parseJson } from '../../oci/json.ts';
import type { Limits } from '../../base/limits.ts';
import { readSmallFile } from '../file-bytes.ts';
import { isMissing, withIoErrors } from '../../base/io-error.ts';

/*
 * The files of a layout. https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
 */

export const LAYOUT_FILE = 'oci-layout';
export const INDEX_FILE = 'index.json';
export const LAYOUT_BYTES: Uint8Array = Buffer.from('{"imageLayoutVersion":"1.0.0"}');

/** Whether the folder has the file of a layout. Missing folders have not. */
export const isLayoutFolder = async (path: string): Promise<boolean> => {
  try {
    return (await lstat(join(path, LAYOUT_FILE))).isFile();
  } catch {
    return false;
  }
};

/** Rejects with `unsupported` unless the `oci-layout` bytes name version 1. */
export const checkLayoutVersion = (bytes: Uint8Array, where: string): void => {
  const version = parseJson(bytes, `oci-layout of ${where}`)['imageLayoutVersion'];
  if (typeof version === 'string' && /^1\.\d+\.\d+$/.test(version)) return;
  throw new ReslimError('unsupported', `layout version ${quote(version)}, ${where}`, {
    hint: 'reslim supports version 1.0.0',
  });
};

/** `index.json` of a layout whose version was checked. */
export const readIndexFile = async (path: string, limits: Limits): Promise<Uint8Array> => {
  const where = `layout ${path}`;
  checkLayoutVersion(
    await readSmallFile(join(path, LAYOUT_FILE), limits.documentSize, `oci-layout of ${where}`),
    where,
  );
  return readSmallFile(join(path, INDEX_FILE), limits.documentSize, `index.json of ${where}`);
};

/** `blobs/<algorithm>/<hex>` below the layout. Digests have a checked form, so the path stays inside. */
export const blobPath = (path: string, digest: Digest): string =>
  join(path, 'blobs', algorithmOf(digest), hexOf(digest));

/**
 * The blob's path with all folders above it resolved. Rejects with `invalid-image` if these lead
 * out of the layout, with `not-found` if they do not exist.
 */
export const resolveBlobPath = (path: string, digest: Digest): Promise<string> => {
  const where = `blob ${shortDigest(digest)} of layout ${path}`;
  return withIoErrors(where, async () => {
    const inside = join('blobs', algorithmOf(digest));
    try {
      const [root, folder] = await Promise.all([realpath(path), realpath(join(path, inside))]);
      if (folder.startsWith(root.endsWith(sep) ? root : root + sep))
        return join(folder, hexOf(digest));
    } catch (error) {
      if (isMissing(error))
        throw new ReslimError('not-found', `no such blob, ${where}`, { cause: error });
      throw error;
    }
    throw new ReslimError('invalid-image', `${inside} leads out of the layout, ${where}`, {
      hint: 'copy the layout with `cp -RL` first if you trust it',
    });
  });
};

/** Removes a blob, if it is there. Rejects as `resolveBlobPath` does where its folder leads out of the layout. */
export const removeBlob = async (path: string, digest: Digest): Promise<void> => {
  try {
    await rm(await resolveBlobPath(path, digest), { force: true });
  } catch (error) {
    if (!(error instanceof ReslimError) || error.code !== 'not-found') throw error;
  }
};
