import { readDynamic } from '../../elf/dynamic.ts';
import { EM_BPF } from '../../elf/describe-elf.ts';
import type { ElfSource } from '../../elf/elf-source.ts';
import { readHeader } from '../../elf/header.ts';
import { readSegments } from '../../elf/segments.ts';
import type { Config } from '../../oci/config.ts';
import { PACKAGE_FOLDER } from '../../ecosystems/package-folders.ts';
import { nodeAt, nodesOf, pathOf, type Node } from '../../tree/node.ts';
import type { OpenFile } from '../../tree/open-file.ts';

/**
 * Programs and libraries in installed language packages that cannot run in the image: ELF files for
 * another processor or C library, and programs for macOS and Windows. In doubt a file is not listed.
 */
export const findForeignBinaries = async (
  root: Node,
  { platform }: Config,
  open: OpenFile,
): Promise<Set<Node>> => {
  const machine = MACHINES[platform.architecture];
  const foreign = new Set<Node>();
  if (platform.os !== 'linux' || machine === undefined) return foreign;
  const libc = onlyLibc(root);
  for (const node of nodesOf(root)) {
    if (node.children || !BINARY.test(node.name) || !PACKAGE_FOLDER.test(`/${pathOf(node)}`))
      continue;
    const file = open(node);
    if (!file || file.size < 64) continue;
    if (await isForeign(file, machine, libc)) foreign.add(node);
  }
  return foreign;
};

const BINARY = /\.(node|so|dylib|dll|exe|pyd|bundle)(\.|$)/;

/** `e_machine` by the name an image's config uses. */
const MACHINES: Readonly<Record<string, number>> = {
  '386': 3,
  amd64: 62,
  arm: 40,
  arm64: 183,
  loong64: 258,
  mips64le: 8,
  ppc64le: 21,
  riscv64: 243,
  s390x: 22,
};

type Libc = 'glibc' | 'musl';

/** The image's C library; `undefined` if it has both or none, or if musl also loads programs for glibc. */
const onlyLibc = (root: Node): Libc | undefined => {
  const names = ['lib', 'lib64', 'usr/lib', 'usr/lib64'].flatMap((path) => [
    ...(nodeAt(root, path)?.children?.keys() ?? []),
  ]);
  const hasMusl = names.some((name) => name.startsWith('ld-musl-'));
  const hasGlibc = names.some((name) => /^(ld-linux|ld64\.so|libgcompat)/.test(name));
  if (hasMusl === hasGlibc) return undefined;
  return hasMusl ? 'musl' : 'glibc';
};

const isForeign = async (
  file: ElfSource,
  machine: number,
  libc: Libc | undefined,
): Promise<boolean> => {
  const start = await file.read(0, 64);
  if (start.readUInt32BE(0) !== ELF) return isMachO(start) || isWindowsProgram(file, start);
  const header = await readHeader(file);
  if (!header || header.type === 'relocatable' || header.machine === EM_BPF) return false;
  if (header.machine !== machine) return true;
  const segments = await readSegments(file, header, []);
  const dynamic = await readDynamic(file, header, segments, []);
  const wants = (dynamic?.needed ?? []).flatMap((name): Libc[] => {
    if (/^(libc\.musl-|ld-musl-)/.test(name)) return ['musl'];
    return name === 'libc.so.6' ? ['glibc'] : [];
  });
  return libc !== undefined && wants.length > 0 && !wants.includes(libc);
};

const ELF = 0x7f454c46;

/** @see https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/loader.h */
const isMachO = (start: Buffer): boolean => {
  const magic = start.readUInt32BE(0);
  if ([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe].includes(magic)) return true;
  // Java classes begin like programs for several processors, but with a version above 44 in place of the count.
  return magic === 0xcafebabe && start.readUInt32BE(4) < 20;
};

/**
 * A PE file, unless it holds code for .NET, which runs anywhere.
 * @see https://learn.microsoft.com/en-us/windows/win32/debug/pe-format
 */
const isWindowsProgram = async (file: ElfSource, start: Buffer): Promise<boolean> => {
  if (start.toString('latin1', 0, 2) !== 'MZ') return false;
  const at = start.readUInt32LE(0x3c);
  if (at + 24 + 112 + 15 * 8 > file.size) return false;
  const header = await file.read(at, 24 + 112 + 15 * 8);
  if (header.toString('latin1', 0, 4) !== 'PE\0\0') return false;
  const folders = 24 + (header.readUInt16LE(24) === 0x20b ? 112 : 96);
  return header.readUInt32LE(folders + 14 * 8) === 0;
};
