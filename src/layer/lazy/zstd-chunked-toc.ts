import type { LazyFile } from './piece-tar.ts';
import { whereSet } from './where-set.ts';

/**
 * The entries of a table of contents. A file that is stored in several pieces has one entry more for each of the others.
 * @see https://github.com/containers/storage/blob/main/pkg/chunked/internal/minimal/compression.go
 */
export const chunkedEntries = (files: readonly LazyFile[]): object[] => files.flatMap(entriesOf);

const entriesOf = ({ header, digest, chunks }: LazyFile): object[] => {
  const { type, name, linkName, modTime, accessTime, changeTime, xattrs } = header;
  const [first, ...others] = chunks;
  const isSplit = others.length > 0;
  const entry = {
    type,
    name,
    ...whereSet({ linkName }),
    ...whereSet({ mode: header.mode, size: header.size, uid: header.uid, gid: header.gid }),
    modtime: modTime,
    ...(accessTime !== undefined && { accesstime: accessTime }),
    ...(changeTime !== undefined && { changetime: changeTime }),
    ...whereSet({ devMajor: header.devMajor, devMinor: header.devMinor }),
    ...(Object.keys(xattrs).length > 0 && { xattrs }),
    ...(digest && { digest }),
    ...(first && { offset: first.start, endOffset: (others.at(-1) ?? first).end }),
    ...(first && isSplit && { chunkSize: first.size, chunkDigest: first.digest }),
  };
  return [
    entry,
    ...others.map(({ start, position, size, digest: chunkDigest }) => ({
      type: 'chunk',
      name,
      offset: start,
      chunkSize: size,
      chunkOffset: position,
      chunkDigest,
    })),
  ];
};
