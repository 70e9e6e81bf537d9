import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { ReslimError, throwIfAborted } from '../../base/errors.ts';
import type { Limits } from '../../base/limits.ts';
import { shortDigest, type Descriptor } from '../../oci/descriptor.ts';
import { algorithmOf, Digester, type Digest } from '../../oci/digest.ts';
import { formatReference, type LayoutReference } from '../../oci/reference.ts';
import type { ImageTarget } from '../../oci/store.ts';
import { openRegularFile, readRange } from '../file-bytes.ts';
import { unlessMissing, withIoErrors } from '../../base/io-error.ts';
import type { SourceName } from '../opened-source.ts';
import { namesBeside } from '../names-beside.ts';
import { createPrivateFolder, type PrivateFolder } from '../private-folder.ts';
import { createStaging, type Staging } from '../staging.ts';
import { commitLayout, createLayout, type NamedRoot } from './commit-layout.ts';
import { isLayoutFolder, readIndexFile, resolveBlobPath } from './layout-folder.ts';
import { LOCK_FILE, withLayoutLock } from './layout-lock.ts';
import { findLeftovers, siblingPrefix, STAGING_PREFIX, sweepLayout } from './sweep-layout.ts';

export interface LayoutTargetOptions {
  readonly limits: Limits;
  /** The names of the image where the reference has no tag. */
  readonly names: readonly SourceName[];
  readonly signal?: AbortSignal | undefined;
  /** Whether an image that loses its tags is deleted whoever wrote it. @default false: only what reslim wrote */
  readonly inPlace?: boolean | undefined;
  /** The tag of a second image. */
  readonly beside?: string | undefined;
  /** How long to wait for another run that commits to the layout, in milliseconds. */
  readonly lockTimeout?: number | undefined;
}

/**
 * Opens a layout for writing: an existing one, an empty folder, or a path where nothing is yet.
 * Blobs are staged in a private folder in the same file system until the commit. Rejects with `usage`
 * for a folder that holds something else, with `io` if it cannot be written.
 */
export const openLayoutTarget = async (
  reference: LayoutReference,
  options: LayoutTargetOptions,
): Promise<ImageTarget> => {
  const name = formatReference(reference);
  const path = resolve(reference.path);
  const names = reference.tag === undefined ? options.names : [{ refName: reference.tag }];
  const { beside } = options;
  const namesOfBeside = beside === undefined ? [] : namesBeside(beside, { names, place: name });
  return withIoErrors(`layout ${reference.path}`, async () => {
    const exists = await checkPlace(path, reference.path, options.limits);
    const folder = await createPrivateFolder(
      ...(exists ? ([path, STAGING_PREFIX] as const) : siblingOf(path)),
    );
    try {
      await sweepFirst(path, exists, folder, options);
    } catch (error) {
      await folder.close();
      throw error;
    }
    return layoutTarget({ name, path, exists, folder, names, namesOfBeside, options });
  });
};

interface LayoutState {
  readonly name: string;
  readonly path: string;
  /** Whether there was a folder when the target was opened. */
  readonly exists: boolean;
  readonly folder: PrivateFolder;
  readonly names: readonly SourceName[];
  readonly namesOfBeside: readonly SourceName[];
  readonly options: LayoutTargetOptions;
}

const layoutTarget = (state: LayoutState): ImageTarget => {
  const { folder, name, options, path } = state;
  const staging = createStaging(folder, { sync: true });
  const reused = new Map<Digest, number>();
  return {
    name,
    isOciOnly: true,
    has: async (descriptor) => {
      if (staging.files.has(descriptor.digest) || reused.has(descriptor.digest)) return true;
      const found = await isIntact(path, descriptor, options.signal);
      if (found) reused.set(descriptor.digest, descriptor.size);
      return found;
    },
    put: (content, put) => staging.put(content, { signal: options.signal, ...put }),
    commit: (root, beside) => {
      const images = [
        { root, names: state.names },
        ...(beside ? [{ root: beside, names: state.namesOfBeside }] : []),
      ];
      return withIoErrors(name, () => commit(state, staging, reused, images), { place: name });
    },
    close: () => folder.close(),
  };
};

const commit = async (
  state: LayoutState,
  staging: Staging,
  reused: ReadonlyMap<Digest, number>,
  images: readonly NamedRoot[],
) => {
  const { exists, folder, options, path } = state;
  const { limits, lockTimeout, signal, inPlace } = options;
  throwIfAborted(signal);
  for (const { root } of images) {
    if (staging.files.has(root.digest) || reused.has(root.digest)) continue;
    throw new ReslimError(
      'not-found',
      `the image's own manifest was not written, blob ${shortDigest(root.digest)}`,
    );
  }
  const staged = new Map([...staging.files].map(([digest, { path: file }]) => [digest, file]));
  const commitOptions = { images, staged, reused, folder, limits, inPlace };
  if (!exists && reused.size === 0 && (await createLayout(path, commitOptions))) return;
  await checkPlace(path, path, limits);
  await withLayoutLock(path, { folder, signal, lockTimeout }, async () => {
    await sweepLayout(path, new Set([...staged.keys(), ...reused.keys()]));
    await commitLayout(path, commitOptions);
  });
};

/** Whether a folder is there to be written to; false if nothing is and its parent exists. */
const checkPlace = async (path: string, shown: string, limits: Limits): Promise<boolean> => {
  const info = await unlessMissing(stat(path));
  if (!info) return checkParent(path, shown);
  if (!info.isDirectory()) {
    throw new ReslimError('usage', `a file is where the layout should be, ${shown}`, {
      hint: 'write oci-archive:FILE for an archive, or name another folder',
    });
  }
  if (await isLayoutFolder(path)) await readIndexFile(path, limits);
  // Another run may have made a layout of it between the two checks.
  else if (!(await isEmptyEnough(path)) && !(await isLayoutFolder(path))) {
    throw new ReslimError('usage', `the folder is neither empty nor an OCI layout, ${shown}`, {
      hint: 'name a new folder; reslim never writes to one that holds something else',
    });
  }
  return true;
};

const checkParent = async (path: string, shown: string): Promise<false> => {
  const parent = await stat(dirname(path)).catch(() => undefined);
  if (parent?.isDirectory()) return false;
  if (parent) {
    throw new ReslimError('usage', `a file is where the folder of the layout should be, ${shown}`, {
      hint: `name another folder than ${dirname(path)}`,
    });
  }
  throw new ReslimError('not-found', `no folder to put the layout in, ${shown}`, {
    hint: `create ${dirname(path)} first; for a registry write docker://REF`,
  });
};

/** Whether a folder that is no layout holds nothing but files of a run that is filling it, or was killed. */
const isEmptyEnough = async (path: string): Promise<boolean> => {
  const names = await readdir(path);
  const others = names.filter((name) => name !== LOCK_FILE && !name.startsWith(STAGING_PREFIX));
  if (others.length === 0) return true;
  const isOurs = others.every((name) => name === 'blobs' || name === 'index.json');
  return isOurs && names.some((name) => name.startsWith(STAGING_PREFIX));
};

const siblingOf = (path: string): readonly [string, string] => {
  if (basename(path) === '')
    throw new ReslimError('usage', `the root folder cannot be a layout, ${path}`);
  return [dirname(path), siblingPrefix(path)];
};

const sweepFirst = async (
  path: string,
  exists: boolean,
  folder: PrivateFolder,
  options: LayoutTargetOptions,
): Promise<void> => {
  if ((await findLeftovers(path)).length === 0) return;
  if (!exists) return sweepLayout(path, new Set());
  await withLayoutLock(path, { folder, ...options }, () => sweepLayout(path, new Set()));
};

/** A blob is reused only after all its bytes were verified: a damaged one is written again. */
const isIntact = async (
  path: string,
  descriptor: Descriptor,
  signal: AbortSignal | undefined,
): Promise<boolean> => {
  const where = `blob ${shortDigest(descriptor.digest)} of layout ${path}`;
  try {
    const handle = await openRegularFile(await resolveBlobPath(path, descriptor.digest), where);
    try {
      if ((await handle.stat()).size !== descriptor.size) return false;
      const digester = new Digester(algorithmOf(descriptor.digest));
      for await (const chunk of readRange(
        handle,
        { offset: 0, size: descriptor.size },
        { signal, where },
      )) {
        digester.update(chunk);
      }
      return digester.digest() === descriptor.digest;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (
      error instanceof ReslimError &&
      (error.code === 'not-found' || error.code === 'invalid-image')
    )
      return false;
    throw error;
  }
};
