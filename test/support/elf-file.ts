/** What a made-up ELF file is to say of itself. */
export interface ElfFile {
  readonly needed?: readonly string[];
  readonly interpreter?: string;
  readonly runpath?: string;
  /** What it holds as data, each with a zero byte before and after it: names of functions as well. */
  readonly strings?: readonly string[];
  /** Text of a note for packagers, which says what it opens. */
  readonly dlopenNote?: string;
  /** @default 62, amd64 */
  readonly machine?: number;
}

/** A 64-bit little-endian library with just the tables a loader reads, all in one loaded segment. */
export const elfFile = ({
  needed = [],
  interpreter,
  runpath,
  strings: data = [],
  dlopenNote,
  machine = 62,
}: ElfFile = {}): Buffer => {
  const strings = `\0${[...needed, runpath ?? ''].join('\0')}\0`;
  const dynamicAt = 64 + 4 * 56;
  const dynamicSize = (needed.length + 4) * 16;
  const stringsAt = dynamicAt + dynamicSize;
  const interpreterAt = stringsAt + strings.length;
  const path = interpreter === undefined ? '' : `${interpreter}\0`;
  const text = data.map((each) => `\0${each}\0`).join('');
  const note = dlopenNote === undefined ? Buffer.alloc(0) : noteOf(dlopenNote);
  const noteAt = Math.ceil((interpreterAt + path.length + text.length) / 4) * 4;
  const bytes = Buffer.alloc(noteAt + note.length);

  bytes.write('\x7fELF\x02\x01\x01', 'latin1');
  bytes.writeUInt16LE(3, 16);
  bytes.writeUInt16LE(machine, 18);
  bytes.writeUInt32LE(1, 20);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(64, 52);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(4, 56);

  const segment = (row: number, type: number, offset: number, size: number): void => {
    const at = 64 + row * 56;
    bytes.writeUInt32LE(type, at);
    for (const field of [8, 16, 24]) bytes.writeBigUInt64LE(BigInt(offset), at + field);
    for (const field of [32, 40]) bytes.writeBigUInt64LE(BigInt(size), at + field);
  };
  segment(0, 1, 0, bytes.length);
  segment(1, 2, dynamicAt, dynamicSize);
  // Segments of no type are passed over.
  segment(2, interpreter === undefined ? 0 : 3, interpreterAt, path.length);
  segment(3, dlopenNote === undefined ? 0 : 4, noteAt, note.length);

  const tags: [number, number][] = [
    ...needed.map((name): [number, number] => [1, strings.indexOf(`\0${name}\0`) + 1]),
    ...(runpath === undefined
      ? []
      : [[29, strings.indexOf(`\0${runpath}\0`) + 1] as [number, number]]),
    [5, stringsAt],
    [10, strings.length],
  ];
  for (const [row, [tag, value]] of tags.entries()) {
    bytes.writeBigUInt64LE(BigInt(tag), dynamicAt + row * 16);
    bytes.writeBigUInt64LE(BigInt(value), dynamicAt + row * 16 + 8);
  }
  bytes.write(strings, stringsAt, 'latin1');
  bytes.write(path, interpreterAt, 'latin1');
  bytes.write(text, interpreterAt + path.length, 'latin1');
  note.copy(bytes, noteAt);
  return bytes;
};

/** @see https://uapi-group.org/specifications/specs/elf_dlopen_metadata/ */
const noteOf = (text: string): Buffer => {
  const size = Buffer.byteLength(text) + 1;
  const note = Buffer.alloc(16 + Math.ceil(size / 4) * 4);
  note.writeUInt32LE(4, 0);
  note.writeUInt32LE(size, 4);
  note.writeUInt32LE(0x407c0c0a, 8);
  note.write('FDO\0', 12, 'latin1');
  note.write(text, 16);
  return note;
};
