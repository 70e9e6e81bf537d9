import { DEFAULT_LIMITS } from '../../base/limits.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { asObject, parseJson } from '../../oci/json.ts';
import { readMadeFrom } from '../../oci/made-from.ts';
import { readIndex } from '../../oci/manifest.ts';
import { OCI } from '../../oci/media-type.ts';
import { readSmallFile } from '../file-bytes.ts';
import { resolveBlobPath } from './layout-folder.ts';
import { findReachable } from './reachable.ts';

export interface IndexChange {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  /** Whether it may have been written by others. */
  readonly inPlace?: boolean | undefined;
}

/**
 * Blobs of images that a new index no longer lists, and that nothing in it leads to. Only of images that reslim
 * wrote, unless the user replaces one in place; none where that is not certain. All blobs of the new
 * index must be there.
 */
export const findUnused = async (
  layout: string,
  { before, after, inPlace = false }: IndexChange,
): Promise<readonly Digest[]> => {
  const listed = new Set(entriesOf(after).map(({ digest }) => digest));
  const lost: Descriptor[] = [];
  for (const entry of entriesOf(before))
    if (!listed.has(entry.digest) && (inPlace || (await isOurs(layout, entry)))) lost.push(entry);
  if (lost.length === 0) return [];
  const manifests = Buffer.from(JSON.stringify({ manifests: lost.map(({ raw }) => raw) }));
  const [had, needed] = await Promise.all([
    findReachable(layout, manifests),
    findReachable(layout, after),
  ]);
  return had && needed ? [...had].filter((digest) => !needed.has(digest)) : [];
};

const entriesOf = (index: Uint8Array): readonly Descriptor[] =>
  readIndex(index, OCI.index, 'index.json').manifests;

const isOurs = async (layout: string, { digest }: Descriptor): Promise<boolean> => {
  try {
    const path = await resolveBlobPath(layout, digest);
    const value = parseJson(await readSmallFile(path, DEFAULT_LIMITS.documentSize, path), path);
    return readMadeFrom(asObject(value['annotations'] ?? {}, path)) !== undefined;
  } catch {
    return false;
  }
};
