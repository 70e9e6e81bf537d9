/** What a made-up ELF file is to say of itself. */
export interface ElfFile {
  readonly needed?: readonly string[];
  readonly interpreter?: string;
  readonly runpath?: string;
  /** What it holds as data, each with a zero byte before and after it: names of functions as well. */
  readonly strings?: readonly string[];
  /** @default 62, amd64 */
  readonly machine?: number;
}

/** A 64-bit little-endian library with just the tables a loader reads, all in one loaded segment. */
export const elfFile = ({
  needed = [],
  interpreter,
  runpath,
  strings: data = [],
  machine = 62,
}: ElfFile = {}): Buffer => {
  const strings = `\0${[...needed, runpath ?? ''].join('\0')}\0`;
  const dynamicAt = 64 + 3 * 56;
  const dynamicSize = (needed.length + 4) * 16;
  const stringsAt = dynamicAt + dynamicSize;
  const interpreterAt = stringsAt + strings.length;
  const path = interpreter === undefined ? '' : `${interpreter}\0`;
  const text = data.map((each) => `\0${each}\0`).join('');
  const bytes = Buffer.alloc(interpreterAt + path.length + text.length);

  bytes.write('\x7fELF\x02\x01\x01', 'latin1');
  bytes.writeUInt16LE(3, 16);
  bytes.writeUInt16LE(machine, 18);
  bytes.writeUInt32LE(1, 20);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(64, 52);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(interpreter === undefined ? 2 : 3, 56);

  const segment = (row: number, type: number, offset: number, size: number): void => {
    const at = 64 + row * 56;
    bytes.writeUInt32LE(type, at);
    for (const field of [8, 16, 24]) bytes.writeBigUInt64LE(BigInt(offset), at + field);
    for (const field of [32, 40]) bytes.writeBigUInt64LE(BigInt(size), at + field);
  };
  segment(0, 1, 0, bytes.length);
  segment(1, 2, dynamicAt, dynamicSize);
  if (interpreter !== undefined) segment(2, 3, interpreterAt, path.length);

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
  return bytes;
};
