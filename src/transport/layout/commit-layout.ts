import { lstat, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ReslimError } from '../../base/errors.ts';
import type { Limits } from '../../base/limits.ts';
import { shortDigest, type Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { unlessMissing } from '../../base/io-error.ts';
import type { SourceName } from '../opened-source.ts';
import type { PrivateFolder } from '../private-folder.ts';
import { writeAll } from '../../base/write-all.ts';
import { editIndex, EMPTY_INDEX } from './edit-index.ts';
import {
  blobPath,
  INDEX_FILE,
  isLayoutFolder,
  LAYOUT_BYTES,
  LAYOUT_FILE,
  readIndexFile,
  removeBlob,
  resolveBlobPath,
} from './layout-folder.ts';
import { findUnused } from './unused-blobs.ts';
import { formatJournal, FRESH_FILE, JOURNAL_FILE, removeEmptyFolders } from './sweep-layout.ts';

/** An image, and what it is called. */
export interface NamedRoot {
  readonly root: Descriptor;
  readonly names: readonly SourceName[];
}

export interface CommitOptions {
  readonly images: readonly NamedRoot[];
  /** The path of each new blob; updated when it is moved. */
  readonly staged: Map<Digest, string>;
  /** Blobs that were found in the layout, with their sizes. */
  readonly reused: ReadonlyMap<Digest, number>;
  readonly folder: PrivateFolder;
  readonly limits: Limits;
  readonly inPlace?: boolean | undefined;
}

/**
 * Builds a layout that does not exist yet beside its place and renames it there. Returns false if something
 * has appeared at that place meanwhile; the blobs then are in the new layout.
 */
export const createLayout = async (path: string, options: CommitOptions): Promise<boolean> => {
  const { folder, images, staged } = options;
  const fresh = folder.file('layout');
  await mkdir(fresh);
  await moveBlobs(fresh, staged.keys(), staged);
  await writeFile(join(fresh, LAYOUT_FILE), LAYOUT_BYTES);
  await writeIndex(fresh, editIndexFor(EMPTY_INDEX, images), folder);
  try {
    await rename(fresh, path);
    await syncFolder(dirname(path));
    return true;
  } catch (error) {
    if (OCCUPIED.has((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
};

const OCCUPIED = new Set(['ENOTEMPTY', 'EEXIST', 'EPERM', 'ENOTDIR', 'EISDIR', 'EBUSY']);

/**
 * Moves the blobs into an existing layout or empty folder, then names the images in its index. If that
 * fails, what was moved is removed again. Blobs of an image that has lost its last tag to this one are removed at the
 * end: the journal lists them, so that the next run finishes what a killed one began. The caller holds the lock and has
 * called `sweepLayout`.
 */
export const commitLayout = async (path: string, options: CommitOptions): Promise<void> => {
  const { folder, limits, images, reused, staged, inPlace } = options;
  for (const [digest, size] of reused) await checkStillThere(path, digest, size);
  const isNew = !(await isLayoutFolder(path));
  const index = isNew ? EMPTY_INDEX : await readIndexFile(path, limits);
  const edited = editIndexFor(index, images);
  const added = await findAbsent(path, staged.keys());
  if (isNew) await writeFile(folder.file(FRESH_FILE), '');
  const journal = folder.file(JOURNAL_FILE);
  let unused: readonly Digest[] = [];
  await writeSynced(journal, Buffer.from(formatJournal(added)));
  folder.leaveOnExit();
  try {
    await moveBlobs(path, staged.keys(), staged);
    unused = await findUnused(path, { before: index, after: edited, inPlace });
    if (unused.length > 0)
      await writeSynced(journal, Buffer.from(formatJournal([...added, ...unused])));
    await writeIndex(path, edited, folder);
    if (isNew) await writeFile(join(path, LAYOUT_FILE), LAYOUT_BYTES);
  } catch (error) {
    await undo(path, added, isNew);
    throw error;
  }
  // The new image is there, and what cannot be removed only takes space.
  for (const digest of unused) await removeBlob(path, digest).catch(() => {});
};

/** Puts all of the images into the bytes of an `index.json`. */
export const editIndexFor = (index: Uint8Array, images: readonly NamedRoot[]): Uint8Array =>
  images.reduce((edited, { root, names }) => editIndex(edited, root, names), index);

export interface IndexReplacement {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly folder: PrivateFolder;
}

/**
 * Replaces the index of a layout by one that lists less, and removes the blobs that nothing in it leads to, whoever wrote
 * them. A run that is killed meanwhile leaves a journal for the next one. The caller holds the lock.
 */
export const replaceIndex = async (
  path: string,
  { before, after, folder }: IndexReplacement,
): Promise<void> => {
  const unused = await findUnused(path, { before, after, inPlace: true });
  await writeSynced(folder.file(JOURNAL_FILE), Buffer.from(formatJournal(unused)));
  folder.leaveOnExit();
  await writeIndex(path, after, folder);
  // The names are gone, and what cannot be removed only takes space.
  for (const digest of unused) await removeBlob(path, digest).catch(() => {});
};

const undo = async (path: string, added: readonly Digest[], isNew: boolean): Promise<void> => {
  for (const digest of added) await removeBlob(path, digest).catch(() => {});
  if (!isNew) return;
  for (const name of [INDEX_FILE, LAYOUT_FILE])
    await rm(join(path, name), { force: true }).catch(() => {});
  await removeEmptyFolders(path);
};

const checkStillThere = async (path: string, digest: Digest, size: number): Promise<void> => {
  const info = await lstat(await resolveBlobPath(path, digest)).catch(() => undefined);
  if (info?.isFile() && info.size === size) return;
  throw new ReslimError('io', `blob ${shortDigest(digest)} was removed meanwhile, layout ${path}`, {
    hint: 'another program removes files there: run reslim again',
  });
};

const findAbsent = async (path: string, digests: Iterable<Digest>): Promise<Digest[]> => {
  const absent: Digest[] = [];
  for (const digest of digests) {
    if (!(await unlessMissing(lstat(blobPath(path, digest))))) absent.push(digest);
  }
  return absent;
};

const moveBlobs = async (
  path: string,
  digests: Iterable<Digest>,
  staged: Map<Digest, string>,
): Promise<void> => {
  const folders = new Set<string>();
  for (const digest of digests) {
    await mkdir(dirname(blobPath(path, digest)), { recursive: true });
    const target = await resolveBlobPath(path, digest);
    await rename(staged.get(digest) ?? '', target);
    staged.set(digest, target);
    folders.add(dirname(target));
  }
  for (const folder of folders) await syncFolder(folder);
};

const writeIndex = async (
  path: string,
  bytes: Uint8Array,
  folder: PrivateFolder,
): Promise<void> => {
  const temp = folder.file(INDEX_FILE);
  await writeSynced(temp, bytes);
  await rename(temp, join(path, INDEX_FILE));
  await syncFolder(path);
};

const writeSynced = async (path: string, bytes: Uint8Array): Promise<void> => {
  const handle = await open(path, 'w', 0o644);
  try {
    await writeAll(handle, bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Makes renames durable. Not every system can sync a folder, and nothing depends on it. */
const syncFolder = async (path: string): Promise<void> => {
  const handle = await open(path, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
};
