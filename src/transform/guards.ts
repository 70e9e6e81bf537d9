import { baseOf, type BytePath } from '../base/byte-path.ts';
import { EM_BPF, hasSection, isForDebuggers, isLoaded, isProgram } from '../elf/describe-elf.ts';
import { PT, type Elf, type Section } from '../elf/elf.ts';
import type { KnownCandidate } from './candidates.ts';

/*
 * Which binaries may be changed. A guard returns the reason why a file may not, as a phrase that follows
 * its name; docs/binaries.md lists them all. Reasons that need the file's contents are in payload.ts.
 */

/** Why neither tool may change a file. */
const commonGuard = ({
  entry,
  names,
  elf,
  file,
  attributes,
}: KnownCandidate): string | undefined => {
  if ((entry.mode & SETUID_SETGID) !== 0) return 'is setuid or setgid';
  if (attributes.xattrs.has('security.capability')) return 'has file capabilities';
  if (attributes.xattrs.has('security.ima')) return 'is signed (security.ima)';
  if (elf.machine === EM_BPF) return 'is an eBPF object';
  if (elf.type === 'relocatable') {
    const isModule = hasSection(elf, '.modinfo') || names.some((name) => name.endsWith('.ko'));
    return isModule ? 'is a kernel module' : 'is an object file for a linker';
  }
  if (elf.type !== 'executable' && elf.type !== 'shared') return 'is no program and no library';
  const [problem] = elf.problems;
  if (problem !== undefined) return `is damaged: ${problem}`;
  if (names.some(isWheelLibrary)) return 'is a library that auditwheel has placed and edited';
  if (isGoLibrary(elf)) return 'is a Go plugin or a Go library';
  if (elf.notes.some(({ name }) => name === 'NODE_SEA_BLOB'))
    return 'is a Node program with a payload';
  const section = elf.sections.find(isPayload);
  if (section) return `carries data of its own in the section ${section.name}`;
  if (file.size > elf.end) return `carries ${file.size - elf.end} bytes behind its end`;
  return file.size > MAX_SIZE ? 'is larger than 1 GiB' : undefined;
};

/** Why a file must not be stripped. */
export const stripGuard = (candidate: KnownCandidate): string | undefined => {
  const { elf, names } = candidate;
  if (!elf.sections.some(isForDebuggers)) return 'has no symbols';
  if (names.some(isDebugFile)) return 'holds debug information for another file';
  return commonGuard(candidate);
};

/** Why a file must not be packed. */
export const packGuard = (candidate: KnownCandidate): string | undefined => {
  const { elf, entry, names, file } = candidate;
  if (elf.type === 'shared' && !isProgram(elf)) return 'is a shared library';
  if (names.some((name) => LIBRARY_NAME.test(name))) return 'is named like a library';
  const common = commonGuard(candidate);
  if (common !== undefined) return common;
  if (file.size < MIN_PACKED) return 'is smaller than 64 KiB';
  if ((entry.mode & 0o111) === 0) return 'is not executable by its mode';
  // A packed program opens its own file: https://github.com/upx/upx/issues/302
  if ((entry.mode & 0o111 & ~(entry.mode >> 2)) !== 0)
    return 'may be started by users who cannot read it';
  if (elf.type === 'shared' && elf.interpreter === undefined)
    return 'is a static position-independent program';
  if (isFullPageArm(elf)) return 'would crash: UPX fails on 32-bit ARM code of whole pages';
  return names.some((name) => MULTI_CALL.has(baseOf(name)))
    ? 'starts itself again under other names'
    : undefined;
};

/** In bytes. Smaller programs have little to gain. */
export const MIN_PACKED: number = 64 * 1024;

const SETUID_SETGID = 0o6000;
const MAX_SIZE = 1024 * 1024 * 1024;

/** auditwheel copies libraries beside a package and edits them: `numpy.libs/libfoo-1a2b.so`. */
const isWheelLibrary = (path: BytePath): boolean => /(?:^|\/)[^/]+\.libs\/[^/]+$/.test(path);

const isDebugFile = (path: BytePath): boolean =>
  path.startsWith('usr/lib/debug/') || path.endsWith('.debug');

const LIBRARY_NAME = /\.(?:so(?:\.[^/]*)?|node)$/;

const MULTI_CALL = new Set(['busybox', 'toybox', 'coreutils']);

/** `upx -t` does not notice it: https://github.com/upx/upx/issues/18898 */
const isFullPageArm = ({ machine, segments }: Elf): boolean =>
  machine === EM_ARM &&
  segments.some(
    ({ type, flags, fileSize }) => type === PT.load && (flags & 1) !== 0 && fileSize % 4096 === 0,
  );

const EM_ARM = 40;

/** Go finds tables of its own in plugins, in a way that other tools do not know. */
const isGoLibrary = (elf: Elf): boolean =>
  !isProgram(elf) &&
  ['.gopclntab', '.go.buildinfo', '.note.go.buildid'].some((name) => hasSection(elf, name));

/** A section that is neither loaded nor known, and holds data: PyInstaller's `pydata`, Rust's `.rustc`. */
const isPayload = (section: Section): boolean =>
  !isLoaded(section) &&
  section.size > 0 &&
  !isForDebuggers(section) &&
  !KNOWN_SECTION.test(section.name);

const KNOWN_SECTION =
  /^$|^\.(?:symtab|strtab|shstrtab|symtab_shndx|comment|dep-v0|note[.\w-]*|gnu[._][\w.-]+|gnu_debug\w+|[\w]+\.attributes|GCC\.[\w.]+|annobin[\w.]*|rela?\.[\w.-]+|llvm[\w.]*|ident|group|SUNW_\w+|mdebug\.\w+|interp|dynstr|pdr)$/;
