import { baseOf } from '../base/byte-path.ts';
import type { FollowContext } from './follow-context.ts';

/**
 * Leaves open what an application starts by a path at which there is nothing before it runs: it comes out of an archive, of the
 * network or of a compiler, and nobody can read it here. Many scripts name programs that some systems have; those count only
 * where the same script brings files about.
 */
export const leaveMissing = ({
  trace: { record },
  relations,
}: Pick<FollowContext, 'trace' | 'relations'>): void => {
  const makers = new Set(
    record.commands
      .filter(({ words: [program = ''] }) => MAKERS.has(baseOf(program)))
      .map(({ place }) => place.file),
  );
  for (const { path, place } of record.missing) {
    if (place.file && relations.isPackaged(place.file)) continue;
    if (makers.has(place.file) || TEMPORARY.test(path))
      record.leaveOpen({ kind: 'starts', place, word: path, isCovered: false });
  }
};

const TEMPORARY = /^\/(?:tmp|var\/tmp|run|dev\/shm)\/./;

/** Programs that unpack, fetch, decode, copy or compile what may be started then. */
const MAKERS = new Set(
  (
    'tar bsdtar unzip cpio ar dpkg-deb rpm2cpio 7z 7za 7zr unsquashfs gunzip unxz bunzip2 unzstd base64 base32 openssl gpg uudecode xxd ' +
    'curl wget aria2c git hg svn rsync scp cp mv install ln dd chmod patch cc gcc g++ c++ clang go cargo rustc make cmake ninja javac ' +
    'pip pip3 npm yarn pnpm composer bundle gem'
  ).split(' '),
);
