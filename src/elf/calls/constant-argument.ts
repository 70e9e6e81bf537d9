import type { Code } from './code.ts';

/** Numbers of registers as instructions have them, of the first and second argument of a function. */
export const ARGUMENT = { first: 7, second: 6 } as const;
export type ArgumentRegister = (typeof ARGUMENT)[keyof typeof ARGUMENT];

/**
 * The address that a register holds at a call, where it is a number in the code and nothing between that and the call
 * writes the register, or is jumped to; `undefined` for all else, and for instructions that are not known here.
 * @see https://www.felixcloutier.com/x86/
 */
export const constantArgument = (
  { bytes, address, own }: Code,
  call: number,
  register: ArgumentRegister,
): number | undefined => {
  for (let at = call - 2; at >= Math.max(0, call - FARTHEST); at--) {
    const found = constantAt(bytes, at, register);
    if (!found || !isUnchanged(bytes, at + found.length, call, register)) continue;
    if (isJumpedTo(bytes.subarray(0, own.to), own.from, at + 1, call)) return undefined;
    return found.relative ? address + at + found.relative + found.value : found.value;
  }
  return undefined;
};

const FARTHEST = 96;

interface Constant {
  readonly length: number;
  readonly value: number;
  /** From the beginning, what a number is relative to; 0 for a number by itself. */
  readonly relative: number;
}

/** An instruction, or two, that put a number into a register. */
const constantAt = (bytes: Buffer, at: number, register: number): Constant | undefined => {
  // lea register, [rip + number]
  if (isLeaOf(bytes, at, register))
    return { length: 7, value: bytes.readInt32LE(at + 3), relative: 7 };
  // lea rax, [rip + number]; mov register, rax
  if (
    isLeaOf(bytes, at, 0) &&
    bytes[at + 7] === 0x48 &&
    bytes[at + 8] === 0x89 &&
    bytes[at + 9] === (0xc0 | register)
  )
    return { length: 10, value: bytes.readInt32LE(at + 3), relative: 7 };
  // mov register, number
  if (bytes[at] === (0xb8 | register) && (bytes[at - 1] as number) >> 4 !== 4)
    return { length: 5, value: bytes.readUInt32LE(at + 1), relative: 0 };
  // xor register, register
  if (bytes[at] === 0x31 && bytes[at + 1] === (0xc0 | (register << 3) | register))
    return { length: 2, value: 0, relative: 0 };
  return undefined;
};

const isLeaOf = (bytes: Buffer, at: number, register: number): boolean =>
  bytes[at] === 0x48 && bytes[at + 1] === 0x8d && bytes[at + 2] === (0x05 | (register << 3));

/** Whether the instructions from one position to another, one by one, leave a register as it is. */
const isUnchanged = (bytes: Buffer, from: number, to: number, register: number): boolean => {
  let at = from;
  while (at < to) {
    const length = lengthOf(bytes, at, register);
    if (length === 0) return false;
    at += length;
  }
  return at === to;
};

/** The length of an instruction that is known here and does not write the register; 0 for all others. */
const lengthOf = (bytes: Buffer, start: number, register: number): number => {
  const vector = lengthOfVector(bytes, start);
  if (vector > 0) return vector;
  const prefix = bytes[start] as number;
  const rex = prefix >> 4 === 4 ? prefix : 0;
  const at = rex === 0 ? start : start + 1;
  const [code = 0, mode = 0] = bytes.subarray(at, at + 2);
  const skipped = at - start;
  const writes = (low: number, extension: number): boolean =>
    (low & 7) === register && (rex & extension) === 0;
  const { memory, isMemory } = operandOf(bytes, at + 1);
  if (memory === 0) return 0;
  switch (code) {
    case 0x8d:
    case 0x8b: // lea, mov: into a register
      return isMemory || code === 0x8b ? (writes(mode >> 3, REX_R) ? 0 : skipped + 1 + memory) : 0;
    case 0x89:
    case 0x31: // mov, xor: into what the operand says
      return !isMemory && writes(mode, REX_B) ? 0 : skipped + 1 + memory;
    case 0xc7: // mov number
      return !isMemory && writes(mode, REX_B) ? 0 : skipped + 1 + memory + 4;
    case 0xc6:
      return isMemory ? skipped + 1 + memory + 1 : 0;
    case 0x83: // add, sub, cmp with a small number
      return !isMemory && writes(mode, REX_B) ? 0 : skipped + 1 + memory + 1;
    default:
  }
  if (code >= 0xb8 && code <= 0xbf && (rex & REX_W) === 0)
    return writes(code, REX_B) ? 0 : skipped + 5;
  if (code >= 0x50 && code <= 0x57) return skipped + 1;
  if (code >= 0x58 && code <= 0x5f) return writes(code, REX_B) ? 0 : skipped + 1; // pop
  // The prefix of a call that a linker made shorter.
  return code === 0x67 && rex === 0 ? 1 : 0;
};

/** Instructions that write vectors or memory: `movaps`, `movups`, `xorps`, `pxor` and their like. */
const lengthOfVector = (bytes: Buffer, start: number): number => {
  const prefixes = PREFIXES_OF_VECTORS.has(bytes[start] ?? 0) ? 1 : 0;
  const at = start + prefixes;
  if (bytes[at] !== 0x0f || !VECTOR_CODES.has(bytes[at + 1] ?? 0)) return 0;
  const { memory } = operandOf(bytes, at + 2);
  return memory === 0 ? 0 : prefixes + 2 + memory;
};

const PREFIXES_OF_VECTORS = new Set([0x66, 0xf2, 0xf3]);
const VECTOR_CODES = new Set([0x10, 0x11, 0x16, 0x17, 0x28, 0x29, 0x57, 0x6f, 0x7f, 0xd6, 0xef]);

const REX_B = 1;
const REX_R = 4;
const REX_W = 8;

/** The length of an operand with its mode byte, and whether it is in memory. */
const operandOf = (bytes: Buffer, at: number): { memory: number; isMemory: boolean } => {
  const byte = bytes[at];
  if (byte === undefined) return { memory: 0, isMemory: false };
  const [mode, base] = [byte >> 6, byte & 7];
  if (mode === 3) return { memory: 1, isMemory: false };
  const scale = base === 4 ? 1 : 0;
  const isBare = mode === 0 && (base === 5 || (scale === 1 && ((bytes[at + 1] ?? 0) & 7) === 5));
  const distance = isBare || mode === 2 ? 4 : mode;
  return { memory: 1 + scale + distance, isMemory: true };
};

/** Whether a jump behind `start` may lead to a position of a range, or to its end. */
const isJumpedTo = (bytes: Buffer, start: number, from: number, to: number): boolean => {
  const isIn = (target: number): boolean => target >= from && target <= to;
  for (let at = Math.max(start, from - 130); at < Math.min(bytes.length - 1, to + 130); at++) {
    const code = bytes[at] as number;
    if ((code >> 4 === 7 || code === 0xeb) && isIn(at + 2 + bytes.readInt8(at + 1))) return true;
  }
  for (let at = start; at + 5 <= bytes.length; at++) {
    const code = bytes[at] as number;
    const isJump = code === 0xe9 || (code >> 4 === 8 && bytes[at - 1] === 0x0f);
    if (isJump && isIn(at + 5 + bytes.readInt32LE(at + 1))) return true;
  }
  return false;
};
