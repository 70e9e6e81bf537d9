import { isForDebuggers } from '../elf/describe-elf.ts';
import { PT, SHT, type Elf, type Section, type Segment } from '../elf/elf.ts';
import { readElf } from '../elf/read-elf.ts';
import type { FileAt } from '../tree/open-file.ts';

/*
 * Results of tools are read again before they are used. All functions return the reason why a result
 * must not be used, or `undefined`.
 */

/** A stripped file must hold all that the original does, except what only debuggers read. */
export const verifyStripped = async (
  before: FileAt,
  elf: Elf,
  after: FileAt,
): Promise<string | undefined> => {
  const made = await readElf(after);
  const difference = compareElf(elf, made);
  if (!made || difference !== undefined) return difference;
  const [wanted, found] = [essentialSections(elf), essentialSections(made)];
  if (isOverlapping(wanted, before)) return 'its sections overlap';
  if (wanted.map(({ name }) => name).join() !== found.map(({ name }) => name).join())
    return 'sections are missing';
  for (const [at, section] of wanted.entries()) {
    if (!(await isSameRange(before, section, after, found[at] as Section)))
      return `the section ${section.name} has other contents`;
  }
  return (await isSameLength(before, elf, after, made)) ? undefined : 'its segments changed';
};

/** A packed file must be loadable and, when unpacked again, load what the original loads. */
export const verifyPacked = async (
  before: FileAt,
  elf: Elf,
  packed: FileAt,
  unpacked: FileAt,
): Promise<string | undefined> => {
  const made = await readElf(packed);
  if (!made || made.problems.length > 0) return 'it is no sound ELF file';
  if (made.machine !== elf.machine) return 'it is for another machine';
  const misplaced = misplacedSegment(made);
  if (misplaced !== undefined) return misplaced;
  const code = made.segments.find(
    ({ type, flags, address, memorySize }) =>
      type === PT.load &&
      (flags & EXECUTABLE) !== 0 &&
      made.entry >= address &&
      made.entry < address + memorySize,
  );
  if (!code) return 'its entry point is not in its code';

  const original = await readElf(unpacked);
  const difference = compareElf(elf, original);
  if (!original || difference !== undefined) return difference;
  const segments = loads(elf).map(({ fileSize }) => ({ size: fileSize }));
  if (isOverlapping(segments, before)) return 'its segments overlap';
  return (await isSameMemory(before, elf, unpacked, original))
    ? undefined
    : 'unpacked again, it has other contents';
};

const EXECUTABLE = 1;

/** Compares what the loader depends on. */
const compareElf = (before: Elf, after: Elf | undefined): string | undefined => {
  if (!after || after.problems.length > 0) return 'it is no sound ELF file';
  const misplaced = misplacedSegment(after);
  if (misplaced !== undefined) return misplaced;
  const [old, now] = [factsOf(before), factsOf(after)];
  const changed = old.findIndex((fact, at) => fact !== now[at]);
  return changed === -1 ? undefined : `${FACTS[changed]} changed`;
};

const factsOf = (elf: Elf): string[] =>
  [
    [elf.bits, elf.endian, elf.type, elf.machine, elf.flags],
    elf.entry,
    elf.interpreter ?? '',
    elf.dynamic ?? {},
    elf.notes.map(({ name, type, description }) => [name, type, description.toString('hex')]),
    loads(elf).map(({ flags, address, memorySize }) => [flags, address, memorySize]),
  ].map(asText);

const FACTS = [
  'its kind',
  'its entry point',
  'its interpreter',
  'the libraries it needs',
  'its build id or another note',
  'its segments',
];

const asText = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each));

/** The loader maps whole pages, so that offset and address must be congruent. */
const misplacedSegment = (elf: Elf): string | undefined =>
  loads(elf).some(
    ({ offset, address, align }) => align > 1n && (BigInt(offset) - address) % align !== 0n,
  )
    ? 'a segment is not aligned'
    : undefined;

const loads = (elf: Elf): Segment[] => elf.segments.filter(({ type }) => type === PT.load);

const essentialSections = ({ sections }: Elf): Section[] =>
  sections.filter(
    (section) =>
      section.type !== SHT.nobits &&
      section.type !== SHT.strings &&
      !isForDebuggers(section) &&
      !DEBUG_HINT.test(section.name),
  );

/** Hints for debuggers, which some versions of `strip` remove. */
const DEBUG_HINT = /^\.(?:gnu_debug|gnu\.build\.attributes|symtab_shndx|rela?\.debug)/;

/**
 * Whether both files load the same bytes, except for the headers, which say where the section headers
 * are.
 */
const isSameMemory = async (
  one: FileAt,
  elf: Elf,
  other: FileAt,
  otherElf: Elf,
): Promise<boolean> => {
  for (const [segment, otherSegment] of pairs(elf, otherElf)) {
    const size = Math.min(segment.fileSize, otherSegment.fileSize);
    const from = segment.offset === 0 ? Math.min(headersSize(elf), size) : 0;
    const [a, b] = [segment.offset, otherSegment.offset].map((offset) => ({
      offset: offset + from,
      size: size - from,
    })) as [Range, Range];
    if (!(await isSameRange(one, a, other, b))) return false;
  }
  return isSameLength(one, elf, other, otherElf);
};

/** Zeros at the end of a segment may be missing from the file: the loader adds them. */
const isSameLength = async (
  one: FileAt,
  elf: Elf,
  other: FileAt,
  otherElf: Elf,
): Promise<boolean> => {
  for (const [segment, otherSegment] of pairs(elf, otherElf)) {
    const size = Math.min(segment.fileSize, otherSegment.fileSize);
    const rests = [
      [one, segment],
      [other, otherSegment],
    ] as const;
    for (const [file, { offset, fileSize }] of rests) {
      if (!(await isZero(file, { offset: offset + size, size: fileSize - size }))) return false;
    }
  }
  return true;
};

/** Pairs of loaded segments. Their count was compared before. */
const pairs = (one: Elf, other: Elf): [Segment, Segment][] => {
  const counterparts = loads(other);
  return loads(one).map((segment, at) => [segment, counterparts[at] as Segment]);
};

/** Of the ELF header and the program headers, which usually follow it. */
const headersSize = ({ bits, segments }: Elf): number =>
  bits === 64 ? 64 + 56 * segments.length : 52 + 32 * segments.length;

const isZero = async (file: FileAt, { offset, size }: Range): Promise<boolean> => {
  for (let at = 0; at < size; at += STEP) {
    const bytes = await file.read(offset + at, Math.min(STEP, size - at));
    if (bytes.some((byte) => byte !== 0)) return false;
  }
  return true;
};

/** Whether parts overlap so much that comparing them would take far longer than reading the file. */
const isOverlapping = (parts: readonly { readonly size: number }[], file: FileAt): boolean =>
  parts.reduce((sum, { size }) => sum + size, 0) > 2 * file.size;

interface Range {
  readonly offset: number;
  readonly size: number;
}

const isSameRange = async (
  one: FileAt,
  { offset, size }: Range,
  other: FileAt,
  range: Range,
): Promise<boolean> => {
  if (size !== range.size) return false;
  for (let at = 0; at < size; at += STEP) {
    const length = Math.min(STEP, size - at);
    const bytes = await one.read(offset + at, length);
    if (!bytes.equals(await other.read(range.offset + at, length))) return false;
  }
  return true;
};

const STEP = 1024 * 1024;
