import { lstat } from 'node:fs/promises';
import { ReslimError } from '../../base/errors.ts';
import type { Limits } from '../../base/limits.ts';
import { shortDigest, type Descriptor } from '../../oci/descriptor.ts';
import { formatReference, type LayoutReference } from '../../oci/reference.ts';
import type { FileRange, ReadOptions } from '../../oci/store.ts';
import { openRegularFile, readRange, readSmallFile } from '../file-bytes.ts';
import {
  findDigest,
  findImage,
  listImages,
  parseLayoutIndex,
  type FoundImage,
  type LayoutIndex,
} from '../index-lookup.ts';
import type { OpenedSource } from '../opened-source.ts';
import { describeManifest } from '../sniff-manifest.ts';
import { layoutReferrers } from './layout-referrers.ts';
import { readIndexFile, resolveBlobPath } from './layout-folder.ts';

/**
 * Opens one image of an OCI image layout. Without tag and digest it must be the only one.
 * Rejects with `not-found`, `ambiguous`, `invalid-image`, `unsupported` (version) or `limit`.
 */
export const openLayout = async (
  reference: LayoutReference,
  { limits }: { readonly limits: Limits },
): Promise<OpenedSource> => {
  const { path } = reference;
  const layout = parseLayoutIndex(await readIndexFile(path, limits), `layout ${path}`);
  const found = await choose(reference, layout, limits);
  return {
    kind: 'oci',
    name: formatReference(reference),
    root: found.root,
    names: found.names,
    open: (descriptor, options) => openBlob(path, found, descriptor, options),
    locate: (descriptor) => locateBlob(path, descriptor),
    referrers: (digest) =>
      layoutReferrers(layout, digest, {
        open: (descriptor) => openBlob(path, found, descriptor),
        limit: limits.documentSize,
      }),
    close: () => Promise.resolve(),
  };
};

const choose = async (
  { path, tag, digest }: LayoutReference,
  layout: LayoutIndex,
  limits: Limits,
): Promise<FoundImage> => {
  if (digest === undefined) return findImage(layout, tag);
  const listed = findDigest(layout, digest);
  if (listed) return listed;
  // Manifests inside an index are not listed, but are blobs of the layout.
  const where = `manifest ${shortDigest(digest)} of ${layout.where}`;
  try {
    const bytes = await readSmallFile(
      await resolveBlobPath(path, digest),
      limits.documentSize,
      where,
    );
    return { root: describeManifest(bytes, digest, where), names: [] };
  } catch (error) {
    if (!(error instanceof ReslimError) || error.code !== 'not-found') throw error;
    throw new ReslimError('not-found', `no such image, ${where}`, {
      hint: listImages(layout.index.manifests),
    });
  }
};

async function* openBlob(
  path: string,
  found: FoundImage,
  { digest }: Descriptor,
  { signal }: ReadOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const inline = found.inline?.get(digest);
  if (inline) {
    yield inline;
    return;
  }
  const where = `blob ${shortDigest(digest)} of layout ${path}`;
  const handle = await openRegularFile(await resolveBlobPath(path, digest), where);
  try {
    yield* readRange(handle, { offset: 0, size: Number.MAX_SAFE_INTEGER }, { signal, where });
  } finally {
    await handle.close();
  }
}

const locateBlob = async (
  path: string,
  { digest, size }: Descriptor,
): Promise<FileRange | undefined> => {
  const blob = await resolveBlobPath(path, digest);
  const info = await lstat(blob).catch(() => undefined);
  // What is wrong with the file is reported by `open`.
  return info?.isFile() && info.size === size ? { path: blob, offset: 0, size } : undefined;
};
