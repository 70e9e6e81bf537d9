import type { ElfSource } from './elf-source.ts';
import { EXECUTABLE, X86_64, readMemory, type Memory } from './memory.ts';

/**
 * Texts of a program whose compiler puts no ends to them, as Rust's and Go's: where its code or data hold an address together
 * with a length. Only those that fit `wanted`; for x86-64. What merely looks like one is among them.
 */
export const readSizedTexts = async (
  source: ElfSource,
  wanted: (text: string) => boolean,
): Promise<ReadonlySet<string>> => {
  const found = new Set<string>();
  const memory = await readMemory(source);
  if (memory?.machine !== X86_64) return found;
  const fixed = await constantsOf(source, memory);
  const add = (address: number, size: number): void => {
    if (size < SHORTEST || size > LONGEST || found.size >= MAX_TEXTS) return;
    const text = fixed(address, size);
    if (text !== undefined && /^[ -~]+$/.test(text) && wanted(text)) found.add(text);
  };
  for (const { offset, address, fileSize, flags } of memory.segments) {
    if (fileSize > MAX_SEGMENT) continue;
    const bytes = await source.read(offset, fileSize);
    if ((flags & EXECUTABLE) !== 0) addFromCode(bytes, Number(address), add);
    else addFromData(bytes, add);
  }
  await addFromRelocations(source, memory, add);
  return found;
};

const SHORTEST = 2;
const LONGEST = 200;
const MAX_TEXTS = 10_000;
const MAX_SEGMENT = 256 * 1024 * 1024;

/** Texts in memory that a program cannot change. */
const constantsOf = async (
  source: ElfSource,
  { segments }: Memory,
): Promise<(address: number, size: number) => string | undefined> => {
  const parts: { readonly start: number; readonly bytes: Buffer }[] = [];
  for (const { address, offset, fileSize, flags } of segments)
    if ((flags & WRITABLE) === 0 && fileSize <= MAX_SEGMENT)
      parts.push({ start: Number(address), bytes: await source.read(offset, fileSize) });
  return (address, size) => {
    const part = parts.find(
      ({ start, bytes }) => address >= start && address + size <= start + bytes.length,
    );
    return part?.bytes.toString('latin1', address - part.start, address - part.start + size);
  };
};

const WRITABLE = 2;

type Add = (address: number, size: number) => void;

/** `lea register, [rip + number]` with `mov register, number` close to it. */
const addFromCode = (bytes: Buffer, base: number, add: Add): void => {
  for (
    let at = bytes.indexOf(LEA);
    at >= 1 && at + 6 <= bytes.length;
    at = bytes.indexOf(LEA, at + 1)
  ) {
    const prefix = bytes[at - 1] as number;
    if ((prefix !== 0x48 && prefix !== 0x4c) || ((bytes[at + 1] as number) & 0xc7) !== 0x05)
      continue;
    const address = base + at + 6 + bytes.readInt32LE(at + 2);
    for (let near = Math.max(0, at - NEAR); near < Math.min(bytes.length - 5, at + NEAR); near++) {
      const code = bytes[near] as number;
      if (code >= 0xb8 && code <= 0xbf) add(address, bytes.readUInt32LE(near + 1));
    }
  }
};

const LEA = 0x8d;
const NEAR = 24;

/** An address and a length side by side. */
const addFromData = (bytes: Buffer, add: Add): void => {
  for (let at = 0; at + 16 <= bytes.length; at += 8) {
    if (bytes.readUInt32LE(at + 12) !== 0 || bytes.readUInt16LE(at + 6) !== 0) continue;
    const size = bytes.readUInt32LE(at + 8);
    if (size >= SHORTEST && size <= LONGEST) add(Number(bytes.readBigUInt64LE(at)), size);
  }
};

/** The same where a loader fills the address in: of programs that may lie anywhere. */
const addFromRelocations = async (
  source: ElfSource,
  { sections, segments }: Memory,
  add: Add,
): Promise<void> => {
  for (const section of sections) {
    if (section.type !== RELOCATIONS || section.size > MAX_SEGMENT) continue;
    const rows = await source.read(section.offset, section.size);
    for (const { address, offset, fileSize, flags } of segments) {
      if ((flags & WRITABLE) === 0 || fileSize > MAX_SEGMENT) continue;
      const data = await source.read(offset, fileSize);
      for (let at = 0; at + ROW <= rows.length; at += ROW) {
        if (rows.readUInt32LE(at + 8) !== RELATIVE) continue;
        const place = Number(rows.readBigUInt64LE(at) - address) + 8;
        if (place < 8 || place + 8 > data.length || data.readUInt32LE(place + 4) !== 0) continue;
        add(Number(rows.readBigInt64LE(at + 16)), data.readUInt32LE(place));
      }
    }
  }
};

/** `SHT_RELA` */
const RELOCATIONS = 4;
const ROW = 24;
/** `R_X86_64_RELATIVE` */
const RELATIVE = 8;
