import { PT } from '../elf.ts';
import type { ElfSource } from '../elf-source.ts';
import { readHeader } from '../header.ts';
import { readSegments } from '../segments.ts';

/** What else may be in the code beside that which a compiler made of the program itself. */
interface Linked {
  /** It calls `syscall`, the function of the C library. */
  readonly callsSyscall: boolean;
  /** The C library itself: its own functions ask the kernel as well, and prepare that at length. */
  readonly isStatic: boolean;
}

/**
 * Whether the code of a program asks the kernel itself to start another: the number of the system call is put into
 * the register that says which, or is the first argument of `syscall`. `undefined` for machines other than x86-64 and
 * ARM with 64 bits, and for large programs.
 * @see https://github.com/torvalds/linux/blob/master/arch/x86/entry/syscalls/syscall_64.tbl
 * @see https://github.com/torvalds/linux/blob/master/include/uapi/asm-generic/unistd.h
 */
export const startsByNumber = async (
  source: ElfSource,
  linked: Linked,
): Promise<boolean | undefined> => {
  const header = await readHeader(source);
  const asks = header?.bits === 64 ? MACHINES.get(header.machine) : undefined;
  if (!header || !asks) return undefined;
  for (const { type, flags, offset, fileSize } of await readSegments(source, header, [])) {
    if (type !== PT.load || (flags & EXECUTABLE) === 0) continue;
    if (fileSize > MAX_CODE) return undefined;
    if (asks(await source.read(offset, fileSize), linked)) return true;
  }
  return false;
};

const asksOnX86 = (bytes: Buffer, { callsSyscall, isStatic }: Linked): boolean =>
  [59, 322].some((number) => {
    const value = [number & 0xff, number >> 8, 0, 0];
    const isAsked = (move: readonly number[], near: number, isUse: IsUse): boolean =>
      isUsedSoon(bytes, { move: Buffer.from(move), near, isUse });
    const near = isStatic ? NEAR_IN_LIBRARY : NEAR;
    return (
      // mov eax, number; mov rax, number; push number, pop rax
      isAsked([0xb8, ...value], near, isSystemCall) ||
      isAsked([0x48, 0xc7, 0xc0, ...value], near, isSystemCall) ||
      (number < 0x80 && isAsked([0x6a, number, 0x58], near, isSystemCall)) ||
      // mov edi, number
      (callsSyscall && isAsked([0xbf, ...value], NEAR_IN_LIBRARY, isCall))
    );
  });

type IsUse = (bytes: Buffer, at: number) => boolean;

/** Whether a number is put into a register, and what uses it comes soon. */
const isUsedSoon = (
  bytes: Buffer,
  { move, near, isUse }: { readonly move: Buffer; readonly near: number; readonly isUse: IsUse },
): boolean => {
  for (let at = bytes.indexOf(move); at >= 0; at = bytes.indexOf(move, at + 1))
    for (let use = at + move.length; use < Math.min(bytes.length, at + near); use++)
      if (isUse(bytes, use)) return true;
  return false;
};

/** `syscall` */
const isSystemCall: IsUse = (bytes, at) => bytes[at] === 0x0f && bytes[at + 1] === 0x05;

/** `call` or `jmp` to an address, or by a table. */
const isCall: IsUse = (bytes, at) =>
  bytes[at] === 0xe8 ||
  bytes[at] === 0xe9 ||
  (bytes[at] === 0xff && [0x15, 0x25].includes(bytes[at + 1] ?? 0));

/** Bytes from the number on. Between the two a program only puts arguments into up to five other registers. */
const NEAR = 48;
const NEAR_IN_LIBRARY = 160;

/** Instructions have four bytes each. */
const asksOnArm = (bytes: Buffer, { callsSyscall }: Linked): boolean => {
  const end = bytes.length - 3;
  for (let at = 0; at < end; at += 4) {
    const word = bytes.readUInt32LE(at);
    // movz x, number; the halves of a register are called alike.
    if ((word & 0x7fe00000) !== 0x52800000) continue;
    const [register, number] = [word & 31, (word >>> 5) & 0xffff];
    if (number !== 221 && number !== 281) continue;
    for (let use = at + 4; use < Math.min(end, at + NEAR_ON_ARM); use += 4) {
      const next = bytes.readUInt32LE(use);
      if (register === 8 && next === SVC) return true;
      // bl, b
      if (register === 0 && callsSyscall && (next & 0x7c000000) === 0x14000000) return true;
    }
  }
  return false;
};

/** `svc #0` */
const SVC = 0xd4000001;
const NEAR_ON_ARM = 64;

/** By `e_machine`. */
const MACHINES: ReadonlyMap<number, (bytes: Buffer, linked: Linked) => boolean> = new Map([
  [62, asksOnX86],
  [183, asksOnArm],
]);

const EXECUTABLE = 1;
const MAX_CODE = 16 * 1024 * 1024;
