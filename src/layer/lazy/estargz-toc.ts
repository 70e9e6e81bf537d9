import { digestOf } from '../../oci/digest.ts';
import type { LazyFile } from './piece-tar.ts';
import { whereSet } from './where-set.ts';

/**
 * The entries of a table of contents. A file that is stored in several pieces has one entry more for each of the others.
 * @see https://github.com/containerd/stargz-snapshotter/blob/main/docs/estargz.md#toc-and-tocentries
 */
export const stargzEntries = (files: readonly LazyFile[]): object[] => files.flatMap(entriesOf);

const entriesOf = ({ header, digest, chunks }: LazyFile): object[] => {
  const { type, name, linkName, modTime, mode, uid, gid, userName, groupName, xattrs } = header;
  const [first, ...others] = chunks;
  const isLink = type === 'hardlink' || type === 'symlink';
  const isDevice = type === 'char' || type === 'block';
  const entry = {
    name,
    type,
    ...(type === 'reg' && whereSet({ size: header.size })),
    modtime: modTime,
    ...(isLink && { linkName }),
    ...{ mode, uid, gid },
    ...whereSet({ userName, groupName }),
    ...(isDevice && { devMajor: header.devMajor, devMinor: header.devMinor }),
    ...(Object.keys(xattrs).length > 0 && { xattrs }),
    ...(type === 'reg' && { digest: digest ?? NOTHING }),
    ...(first && { offset: first.start, chunkDigest: first.digest }),
    // 0 is for what goes on to the end of the file.
    ...(first && others.length > 0 && { chunkSize: first.size }),
  };
  return [
    entry,
    ...others.map((chunk, at) => ({
      name,
      type: 'chunk',
      offset: chunk.start,
      chunkOffset: chunk.position,
      ...(at < others.length - 1 && { chunkSize: chunk.size }),
      chunkDigest: chunk.digest,
    })),
  ];
};

const NOTHING = digestOf(Buffer.alloc(0));
