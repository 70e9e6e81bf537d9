import { PT } from '../elf.ts';
import type { ElfSource } from '../elf-source.ts';
import { readHeader } from '../header.ts';
import { readSegments } from '../segments.ts';

/**
 * Whether the code of a program for x86-64 asks the kernel itself to start another: the number of the system call is put into
 * the register that says which, or is the first argument of `syscall`. `undefined` for other machines, and large programs.
 * @see https://github.com/torvalds/linux/blob/master/arch/x86/entry/syscalls/syscall_64.tbl
 */
export const startsByNumber = async (
  source: ElfSource,
  { callsSyscall }: { readonly callsSyscall: boolean },
): Promise<boolean | undefined> => {
  const header = await readHeader(source);
  if (header?.machine !== X86_64 || header.bits !== 64) return undefined;
  for (const { type, flags, offset, fileSize } of await readSegments(source, header, [])) {
    if (type !== PT.load || (flags & EXECUTABLE) === 0) continue;
    if (fileSize > MAX_CODE) return undefined;
    const bytes = await source.read(offset, fileSize);
    for (const number of [EXECVE, EXECVEAT]) {
      if (isAsked(bytes, IN_EAX, number, (at) => isSystemCall(bytes, at))) return true;
      if (callsSyscall && isAsked(bytes, IN_EDI, number, (at) => isCall(bytes, at))) return true;
    }
  }
  return false;
};

/** Whether a number is put into a register, and what uses it comes soon. */
const isAsked = (
  bytes: Buffer,
  move: number,
  number: number,
  isUse: (at: number) => boolean,
): boolean => {
  const wanted = Buffer.from([move, number & 0xff, number >> 8, 0, 0]);
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1))
    for (let use = at + wanted.length; use < Math.min(bytes.length, at + NEAR); use++)
      if (isUse(use)) return true;
  return false;
};

const isSystemCall = (bytes: Buffer, at: number): boolean =>
  bytes[at] === 0x0f && bytes[at + 1] === 0x05;

/** `call` or `jmp` to an address, or by a table. */
const isCall = (bytes: Buffer, at: number): boolean =>
  bytes[at] === 0xe8 ||
  bytes[at] === 0xe9 ||
  (bytes[at] === 0xff && [0x15, 0x25].includes(bytes[at + 1] ?? 0));

/** `mov eax, number` and `mov edi, number`. */
const IN_EAX = 0xb8;
const IN_EDI = 0xbf;

const EXECVE = 59;
const EXECVEAT = 322;

const NEAR = 160;
const X86_64 = 62;
const EXECUTABLE = 1;
const MAX_CODE = 16 * 1024 * 1024;
