import { PT, type Segment } from '../elf.ts';
import type { ElfSource } from '../elf-source.ts';
import { cString } from '../fields.ts';
import { readHeader } from '../header.ts';
import { readSections } from '../sections.ts';
import { readSegments } from '../segments.ts';
import { constantArgument, type ArgumentRegister } from './constant-argument.ts';
import { findCallSites } from './find-call-sites.ts';
import { importedFunctions } from './imported-functions.ts';

/** What a program hands to a function that it imports. */
export interface CallArguments {
  /** Whole strings in the program, each once. Binary strings. */
  readonly texts: readonly string[];
  /** Whether all calls were found, and none has anything else. */
  readonly isComplete: boolean;
}

/**
 * Reads from the code of a program for x86-64 which strings it calls some functions with. `wanted` tells by the name of a
 * function which argument counts, or `undefined`. The answer has those that it imports; it is `undefined` for other
 * machines, and for programs that are too large.
 */
export const readCallArguments = async (
  source: ElfSource,
  wanted: (name: string) => ArgumentRegister | undefined,
): Promise<ReadonlyMap<string, CallArguments> | undefined> => {
  const header = await readHeader(source);
  if (header?.machine !== X86_64 || header.bits !== 64) return undefined;
  const segments = (await readSegments(source, header, [])).filter(({ type }) => type === PT.load);
  const [code, ...more] = segments.filter(({ flags }) => (flags & EXECUTABLE) !== 0);
  if (!code || more.length > 0 || code.fileSize > MAX_CODE) return undefined;
  const sections = await readSections(source, header, []);
  const functions = await importedFunctions(source, sections, (name) => wanted(name) !== undefined);
  const found = new Map<string, { texts: Set<string>; isComplete: boolean }>();
  for (const name of [...functions.slots.values(), ...functions.inData])
    found.set(name, { texts: new Set(), isComplete: true });
  if (found.size === 0) return new Map();

  const bytes = await source.read(code.offset, code.fileSize);
  const text = sections.find(({ name }) => name === '.text');
  const start = text ? text.offset - code.offset : 0;
  const place = {
    bytes,
    address: Number(code.address),
    own: { from: start, to: text ? start + text.size : bytes.length },
  };
  const { sites, taken } = findCallSites(place, functions);
  for (const name of taken) (found.get(name) as { isComplete: boolean }).isComplete = false;
  for (const { name, at } of sites.slice(0, MAX_SITES)) {
    const each = found.get(name) as { texts: Set<string>; isComplete: boolean };
    const address = constantArgument(place, at, wanted(name) as ArgumentRegister);
    const value = address === undefined ? undefined : await textAt(source, segments, address);
    if (value === undefined) each.isComplete = false;
    else if (value !== '') each.texts.add(value);
  }
  if (sites.length > MAX_SITES) for (const each of found.values()) each.isComplete = false;
  return new Map(
    [...found].map(([name, { texts, isComplete }]) => [name, { texts: [...texts], isComplete }]),
  );
};

/** The string at an address; `''` at none, which is where functions are handed nothing. */
const textAt = async (
  source: ElfSource,
  segments: readonly Segment[],
  address: number,
): Promise<string | undefined> => {
  if (address === 0) return '';
  for (const { address: start, offset, fileSize, flags } of segments) {
    const at = address - Number(start);
    if (at < 0 || at >= fileSize || (flags & WRITABLE) !== 0) continue;
    return cString(await source.read(offset + at, Math.min(MAX_TEXT, fileSize - at)));
  }
  return undefined;
};

const X86_64 = 62;
const EXECUTABLE = 1;
const WRITABLE = 2;

/** Larger ones than most programs that people write themselves. */
const MAX_CODE = 16 * 1024 * 1024;
const MAX_SITES = 500;
const MAX_TEXT = 4096;
