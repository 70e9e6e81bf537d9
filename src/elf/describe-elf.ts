import { DF_1, SHF_ALLOC, SHT, type Elf, type Section } from './elf.ts';

/**
 * Whether the system can start the file: by its type, by its interpreter, or by the flag of a static
 * position-independent program. Any other file of type `shared` is a library.
 */
export const isProgram = ({ type, interpreter, dynamic }: Elf): boolean =>
  type === 'executable' ||
  (type === 'shared' &&
    (interpreter !== undefined || ((dynamic?.flags1 ?? 0) & DF_1.pie) !== 0) &&
    // A library that can also be started, such as libc, has a soname.
    dynamic?.soname === undefined);

export const isLoaded = ({ flags }: Section): boolean => (flags & SHF_ALLOC) !== 0n;

/** Symbols and debug information, which the loader never reads. */
export const isForDebuggers = (section: Section): boolean =>
  !isLoaded(section) &&
  (section.type === SHT.symbols || /^\.(z?debug_|stab|gdb_index$|line$)/.test(section.name));

export const hasSection = ({ sections }: Elf, name: string): boolean =>
  sections.some((section) => section.name === name);

/** `e_machine` of eBPF programs, which run on a virtual machine of the kernel. */
export const EM_BPF = 247;
