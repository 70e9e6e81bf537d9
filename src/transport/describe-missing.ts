import { stat } from 'node:fs/promises';
import { ReslimError } from '../base/errors.ts';
import { quote } from '../oci/digest.ts';
import type { PathAndTag } from '../oci/reference.ts';

/** What the name of a compressed or plain archive ends with. */
export const ARCHIVE_SUFFIX: RegExp = /\.(tar|tgz|tar\.(gz|zst|zstd|bz2|xz))$/i;

/** Says what was looked for under a bare name, and what was found instead. */
export const describeMissing = async (
  text: string,
  candidates: readonly PathAndTag[],
): Promise<ReslimError> => {
  const paths = candidates.map(({ path }) => path);
  const hint = `looked for the layout ${quote(paths.at(-1))} and the archive ${quote(text)}`;
  if (paths.some(isPathLike))
    return (
      (await describeOther(paths)) ??
      new ReslimError('not-found', `no such file or folder: ${quote(text)}`, { hint })
    );
  return new ReslimError('not-found', `no layout or archive is named ${quote(text)}`, { hint });
};

/** Something is there, but no image. */
const describeOther = async (paths: readonly string[]): Promise<ReslimError | undefined> => {
  for (const path of paths) {
    const info = await stat(path).catch(() => undefined);
    if (info?.isDirectory()) {
      return new ReslimError('not-found', `the folder is not an OCI layout: ${quote(path)}`, {
        hint: 'a layout has the files oci-layout and index.json',
      });
    }
    if (info) {
      return new ReslimError('not-found', `the file is not an image archive: ${quote(path)}`, {
        hint: 'an archive is a tar, plain or compressed with gzip or zstd',
      });
    }
  }
  return undefined;
};

/** Begins or ends like a path, not like an image name. */
export const isPathLike = (text: string): boolean =>
  text.endsWith('/') || /^(\.|\/|~|[A-Za-z]:[\\/])/.test(text) || ARCHIVE_SUFFIX.test(text);
