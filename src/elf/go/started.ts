import type { ElfSource } from '../elf-source.ts';
import { EXECUTABLE, X86_64, readMemory, type Memory } from '../memory.ts';
import { readGoFunctions, type GoFunction } from './functions.ts';

/** What a program in Go starts, as its code says. */
export interface GoStarts {
  /** Names of programs that are constants in its code. Binary strings. */
  readonly programs: readonly string[];
  /** Texts of functions that start a shell: one of them is its command line. */
  readonly texts: readonly string[];
  /** Whether all that it starts is among them. */
  readonly isComplete: boolean;
}

/**
 * Reads from the code of a program in Go for x86-64 with which names it calls the functions that start programs. Those are
 * a pointer and a length in two registers, which the compiler sets before the call. `undefined` for other files.
 * @see https://go.googlesource.com/go/+/refs/heads/master/src/cmd/compile/abi-internal.md
 */
export const readGoStarts = async (source: ElfSource): Promise<GoStarts | undefined> => {
  const memory = await readMemory(source);
  if (memory?.machine !== X86_64) return undefined;
  const functions = await readGoFunctions(source, memory);
  if (!functions) return undefined;
  const starters = new Map(
    functions.flatMap(({ name, start }) => {
      const registers = STARTERS.get(name);
      return registers ? [[start, registers] as const] : [];
    }),
  );
  const programs = new Set<string>();
  const texts = new Set<string>();
  let isComplete = true;
  const code = memory.segments.find(({ flags }) => (flags & EXECUTABLE) !== 0);
  if (starters.size === 0) return { programs: [], texts: [], isComplete };
  if (!code || code.fileSize > MAX_CODE) return { programs: [], texts: [], isComplete: false };
  const bytes = await source.read(code.offset, code.fileSize);
  const base = Number(code.address);
  for (
    let at = bytes.indexOf(CALL);
    at >= 0 && at + 5 <= bytes.length;
    at = bytes.indexOf(CALL, at + 1)
  ) {
    const registers = starters.get(base + at + 5 + bytes.readInt32LE(at + 1));
    if (!registers) continue;
    const caller = functionAt(functions, base + at);
    if (!caller || OWN.test(caller.name)) continue;
    const name = await constantBefore(memory, bytes, base, at, registers);
    if (name === undefined) isComplete = false;
    else {
      programs.add(name);
      if (/(^|\/)(ba|da|a|z)?sh$/.test(name))
        for (const text of await textsOf(memory, bytes, base, caller)) texts.add(text);
    }
  }
  return { programs: [...programs], texts: [...texts], isComplete };
};

/** Numbers of the registers that pointer and length of the name are in. */
interface Registers {
  readonly pointer: number;
  readonly length: number;
}

/** The first two registers for arguments are AX and BX; the two after them CX and DI. */
const FIRST: Registers = { pointer: 0, length: 3 };
const SECOND: Registers = { pointer: 1, length: 7 };

const STARTERS: ReadonlyMap<string, Registers> = new Map([
  ['os/exec.Command', FIRST],
  ['os/exec.LookPath', FIRST],
  // The context comes first.
  ['os/exec.CommandContext', SECOND],
  ['os.StartProcess', FIRST],
  ['syscall.Exec', FIRST],
  ['syscall.ForkExec', FIRST],
  ['syscall.StartProcess', FIRST],
]);

/** Packages of Go itself, which call each other. */
const OWN = /^(os|os\/exec|syscall|internal\/.*)\.[^/]*$/;

const CALL = 0xe8;
const MAX_CODE = 256 * 1024 * 1024;
/** Bytes of code in which a compiler sets the arguments of a call. */
const WINDOW = 96;
const MAX_TEXT = 4096;

const functionAt = (functions: readonly GoFunction[], address: number): GoFunction | undefined => {
  let low = 0;
  let high = functions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((functions[middle] as GoFunction).start <= address) low = middle + 1;
    else high = middle;
  }
  const found = functions[low - 1];
  return found && address < found.end ? found : undefined;
};

/** The text whose address and length are put into two registers before a position, if nothing else is since. */
const constantBefore = async (
  memory: Memory,
  bytes: Buffer,
  base: number,
  call: number,
  { pointer, length }: Registers,
): Promise<string | undefined> => {
  let address: number | undefined;
  let size: number | undefined;
  for (let at = call - 3; at >= Math.max(0, call - WINDOW); at--) {
    if (size === undefined && bytes[at] === (0xb8 | length) && at + 5 <= call && !isWide(bytes, at))
      size = bytes.readUInt32LE(at + 1);
    if (address !== undefined) continue;
    if (isAddress(bytes, at, pointer) && at + 7 <= call)
      address = base + at + 7 + bytes.readInt32LE(at + 3);
    else if (isOtherWrite(bytes, at, pointer)) return undefined;
  }
  return address === undefined || size === undefined ? undefined : textAt(memory, address, size);
};

const isWide = (bytes: Buffer, at: number): boolean => ((bytes[at - 1] ?? 0) & 0xf1) === 0x41;

/** `lea register, [rip + number]` */
const isAddress = (bytes: Buffer, at: number, register: number): boolean =>
  bytes[at] === 0x48 && bytes[at + 1] === 0x8d && bytes[at + 2] === (0x05 | (register << 3));

/** `mov register, …` from memory or another register. */
const isOtherWrite = (bytes: Buffer, at: number, register: number): boolean => {
  const [prefix = 0, code, mode = 0] = bytes.subarray(at, at + 3);
  if ((prefix & 0xf8) !== 0x48) return false;
  if (code === 0x8b) return ((mode >> 3) & 7) === register && (prefix & 4) === 0;
  return code === 0x89 && mode >> 6 === 3 && (mode & 7) === register && (prefix & 1) === 0;
};

const textAt = async (
  { constant }: Memory,
  address: number,
  size: number,
): Promise<string | undefined> => {
  if (size === 0 || size > MAX_TEXT) return undefined;
  const text = (await constant(address, size))?.toString('latin1');
  return text !== undefined && /^[\t\n\r -~\u0080-\u00ff]+$/.test(text) ? text : undefined;
};

/** Texts that a function may use: an address in its code, and a length not far from it. */
const textsOf = async (
  memory: Memory,
  bytes: Buffer,
  base: number,
  { start, end }: GoFunction,
): Promise<string[]> => {
  const texts: string[] = [];
  const last = Math.min(end - base, start - base + MAX_FUNCTION, bytes.length - 8);
  for (let at = start - base; at < last; at++) {
    if (((bytes[at] as number) & 0xfb) !== 0x48 || bytes[at + 1] !== 0x8d) continue;
    if (((bytes[at + 2] as number) & 0xc7) !== 0x05) continue;
    const address = base + at + 7 + bytes.readInt32LE(at + 3);
    for (const size of sizesNear(bytes, at)) {
      const text = await textAt(memory, address, size);
      if (text !== undefined) texts.push(text);
    }
  }
  return texts;
};

const MAX_FUNCTION = 64 * 1024;

/** Numbers that are moved near a position: `mov register, number`, `mov [rsp + …], number`. */
const sizesNear = (bytes: Buffer, near: number): Set<number> => {
  const sizes = new Set<number>();
  for (let at = Math.max(0, near - 32); at < Math.min(bytes.length - 12, near + 32); at++) {
    const code = bytes[at] as number;
    if (code >= 0xb8 && code <= 0xbf) sizes.add(bytes.readUInt32LE(at + 1));
    if (code !== 0xc7 || (bytes[at + 2] as number) !== 0x24) continue;
    if (bytes[at + 1] === 0x44) sizes.add(bytes.readUInt32LE(at + 4));
    if (bytes[at + 1] === 0x84) sizes.add(bytes.readUInt32LE(at + 7));
  }
  return new Set([...sizes].filter((size) => size > 1 && size <= MAX_TEXT));
};
