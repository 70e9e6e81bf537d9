import { readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Digest } from '../../oci/digest.ts';
import { isDigest } from '../../oci/digest.ts';
import { unlessMissing } from '../../base/io-error.ts';
import { findAbandoned } from '../private-folder.ts';
import { INDEX_FILE, isLayoutFolder, removeBlob } from './layout-folder.ts';
import { findReachable } from './reachable.ts';

/*
 * What a killed run can leave behind: its staging folder, and blobs it had moved into the layout before it
 * could write the index. It writes their digests to a journal first, so that they can be found.
 */

/** Staging folders inside a layout, and beside one that does not exist yet. */
export const STAGING_PREFIX = '.reslim-';
export const siblingPrefix = (layout: string): string =>
  `.${basename(resolve(layout)).slice(0, 50)}${STAGING_PREFIX}`;

export const JOURNAL_FILE = 'journal';

/** Marks in a staging folder that the layout was an empty folder before. */
export const FRESH_FILE = 'fresh';

export const formatJournal = (digests: Iterable<Digest>): string => [...digests, ''].join('\n');

/** Staging folders that killed runs left behind. */
export const findLeftovers = async (layout: string): Promise<string[]> => [
  ...(await findAbandoned(layout, STAGING_PREFIX)),
  ...(await findAbandoned(dirname(resolve(layout)), siblingPrefix(layout))),
];

/**
 * Removes what killed runs left behind, except blobs that the index refers to or `needed` names. The caller
 * holds the lock of the layout, if there is one.
 */
export const sweepLayout = async (layout: string, needed: ReadonlySet<Digest>): Promise<void> => {
  const leftovers = await findLeftovers(layout);
  if (leftovers.length === 0) return;
  const journalled = new Set((await Promise.all(leftovers.map(readJournal))).flat());
  const fresh = (await Promise.all(leftovers.map((path) => exists(join(path, FRESH_FILE))))).some(
    Boolean,
  );
  if (fresh && !(await isLayoutFolder(layout))) await rm(join(layout, INDEX_FILE), { force: true });
  await removeOrphans(layout, journalled, needed);
  for (const path of leftovers) await rm(path, { recursive: true, force: true });
};

/** Removes empty blob folders, the inner ones first. */
export const removeEmptyFolders = async (layout: string): Promise<void> => {
  const blobs = join(layout, 'blobs');
  const algorithms = await readdir(blobs).catch(() => []);
  for (const path of [...algorithms.map((name) => join(blobs, name)), blobs])
    await rmdir(path).catch(() => {});
};

const removeOrphans = async (
  layout: string,
  journalled: ReadonlySet<Digest>,
  needed: ReadonlySet<Digest>,
): Promise<void> => {
  if (journalled.size === 0) return;
  const index = await unlessMissing(readFile(join(layout, INDEX_FILE)));
  const reachable = index === undefined ? new Set<Digest>() : await findReachable(layout, index);
  if (reachable === undefined) return;
  for (const digest of journalled) {
    if (!reachable.has(digest) && !needed.has(digest)) await removeBlob(layout, digest);
  }
  if (index === undefined) await removeEmptyFolders(layout);
};

const readJournal = async (folder: string): Promise<Digest[]> => {
  const text = await readFile(join(folder, JOURNAL_FILE), 'utf8').catch(() => '');
  return text.split('\n').filter(isDigest);
};

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
