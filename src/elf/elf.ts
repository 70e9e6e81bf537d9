/**
 * What an ELF file says about itself. All parts lie within the file; those that do not are left out and
 * named in `problems`.
 * @see https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
 */
export interface Elf {
  readonly bits: 32 | 64;
  readonly endian: 'little' | 'big';
  readonly osAbi: number;
  /** A program is `executable`, or `shared` if it is position-independent: see `isProgram`. */
  readonly type: 'relocatable' | 'executable' | 'shared' | 'core' | 'other';
  /** `e_machine`. */
  readonly machine: number;
  readonly flags: number;
  readonly entry: bigint;
  readonly segments: readonly Segment[];
  readonly sections: readonly Section[];
  /** Path of the dynamic loader, a binary string. Absent in static programs and most libraries. */
  readonly interpreter: string | undefined;
  /** Absent in statically linked files. */
  readonly dynamic: Dynamic | undefined;
  readonly notes: readonly Note[];
  /** Where the last header, section or segment ends; bytes after it were appended. */
  readonly end: number;
  /** What is damaged, one phrase each. Empty for files as linkers make them. */
  readonly problems: readonly string[];
}

export interface Segment {
  /** One of `PT`, or a number that only some machines or systems use. */
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly fileSize: number;
  readonly address: bigint;
  readonly memorySize: bigint;
  readonly align: bigint;
}

export interface Section {
  /** Binary string; `''` where there is no table of names. */
  readonly name: string;
  /** `sh_type`. */
  readonly type: number;
  readonly flags: bigint;
  readonly offset: number;
  /** In memory, and in the file except for `SHT.nobits`. */
  readonly size: number;
}

/** Strings are binary strings, in the order of the file. */
export interface Dynamic {
  /** File names of libraries, as the loader will look for them. */
  readonly needed: readonly string[];
  readonly soname: string | undefined;
  /** Folders, joined with `:`; may hold `$ORIGIN`. The loader ignores it where `runpath` is set. */
  readonly rpath: string | undefined;
  readonly runpath: string | undefined;
  /** `DT_FLAGS`. */
  readonly flags: number;
  /** `DT_FLAGS_1`: see `DF_1`. */
  readonly flags1: number;
}

export interface Note {
  readonly name: string;
  readonly type: number;
  readonly description: Buffer;
}

/** Types of segments. */
export const PT = { load: 1, dynamic: 2, interpreter: 3, note: 4 } as const;

/** Types of sections. */
export const SHT = {
  symbols: 2,
  strings: 3,
  relocations: 4,
  note: 7,
  nobits: 8,
  dynamicSymbols: 11,
} as const;

/** Bit of `Section.flags`: loaded into memory. Sections without it are for tools, not for the program. */
export const SHF_ALLOC = 2n;

/** Bits of `Dynamic.flags1`. */
export const DF_1 = { nodelete: 0x8, pie: 0x08000000 } as const;
