import { inflateRawSync } from 'node:zlib';
import type { ElfSource } from '../../elf/elf-source.ts';

/** One file in an archive. */
export interface ZipEntry {
  /** Binary string. */
  readonly name: string;
  /** Bytes when unpacked. */
  readonly size: number;
  /** Its contents; `undefined` where they cannot be read. */
  readonly read: () => Promise<Buffer | undefined>;
}

/**
 * Lists the files of a zip archive, which may have a program before it; `undefined` for other files. What is damaged is left out.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export const readZip = async (file: ElfSource): Promise<ZipEntry[] | undefined> => {
  if (file.size < END_SIZE) return undefined;
  const tailSize = Math.min(file.size, END_SIZE + MAX_COMMENT);
  const tail = await file.read(file.size - tailSize, tailSize);
  const at = tail.lastIndexOf(END_SIGN, tail.length - END_SIZE, 'latin1');
  if (at < 0) return undefined;
  const size = tail.readUInt32LE(at + 12);
  const end = file.size - tailSize + at;
  if (size > end || size > MAX_DIRECTORY) return undefined;
  // What stands before the archive is in no offset.
  const before = end - size - tail.readUInt32LE(at + 16);
  if (before < 0) return undefined;
  return entriesOf(file, await file.read(end - size, size), before);
};

const END_SIGN = 'PK\u0005\u0006';
const END_SIZE = 22;
const MAX_COMMENT = 65_535;
const MAX_DIRECTORY = 64 * 1024 * 1024;
const MAX_ENTRIES = 200_000;

const entriesOf = (file: ElfSource, directory: Buffer, before: number): ZipEntry[] => {
  const entries: ZipEntry[] = [];
  let at = 0;
  while (at + 46 <= directory.length && entries.length < MAX_ENTRIES) {
    if (directory.readUInt32LE(at) !== 0x02014b50) break;
    const method = directory.readUInt16LE(at + 10);
    const packed = directory.readUInt32LE(at + 20);
    const size = directory.readUInt32LE(at + 24);
    const nameLength = directory.readUInt16LE(at + 28);
    const offset = directory.readUInt32LE(at + 42) + before;
    const name = directory.toString('latin1', at + 46, at + 46 + nameLength);
    if (!name.endsWith('/'))
      entries.push({ name, size, read: () => readEntry(file, { method, packed, size, offset }) });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
};

interface Stored {
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

const readEntry = async (
  file: ElfSource,
  { method, packed, size, offset }: Stored,
): Promise<Buffer | undefined> => {
  if (size > MAX_ENTRY || offset + 30 > file.size) return undefined;
  const header = await file.read(offset, 30);
  const start = offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (header.readUInt32LE(0) !== 0x04034b50 || start + packed > file.size) return undefined;
  const bytes = await file.read(start, packed);
  if (method === 0) return bytes;
  if (method !== 8) return undefined;
  try {
    return inflateRawSync(bytes, { maxOutputLength: Math.max(size, 1) });
  } catch {
    return undefined;
  }
};

/** Archives in archives are the largest files of interest. */
const MAX_ENTRY = 128 * 1024 * 1024;
