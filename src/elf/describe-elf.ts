import { DF_1, SHF_ALLOC, SHT, type Elf, type Section } from './elf.ts';

/**
 * Whether the system can start the file: by its type, by its interpreter, or by the mark of a static
 * position-independent program. All else of type `shared` is a library.
 */
export const isProgram = ({ type, interpreter, dynamic }: Elf): boolean =>
  type === 'executable' ||
  (type === 'shared' &&
    (interpreter !== undefined || ((dynamic?.flags1 ?? 0) & DF_1.pie) !== 0) &&
    // A library that can also be started, such as libc, has a name of its own.
    dynamic?.soname === undefined);

export const isLoaded = ({ flags }: Section): boolean => (flags & SHF_ALLOC) !== 0n;

/** Symbols and debug information: for debuggers, never for the loader. */
export const isForDebuggers = (section: Section): boolean =>
  !isLoaded(section) &&
  (section.type === SHT.symbols || /^\.(z?debug_|stab|gdb_index$|line$)/.test(section.name));

export const hasSection = ({ sections }: Elf, name: string): boolean =>
  sections.some((section) => section.name === name);

/** `e_machine` of what is no processor: a program for the kernel's own machine. */
export const EM_BPF = 247;
