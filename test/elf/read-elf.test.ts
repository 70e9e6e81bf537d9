import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isForDebuggers, isProgram } from '../../src/elf/describe-elf.ts';
import type { Elf } from '../../src/elf/elf.ts';
import { bufferSource } from '../../src/elf/elf-source.ts';
import { buildIdOf } from '../../src/elf/notes.ts';
import { readElf } from '../../src/elf/read-elf.ts';
import { requireTools } from '../support/requires.ts';
import { withFile } from './file-source.ts';

const readPath = (path: string): Promise<Elf | undefined> => withFile(path, readElf);

/** What readelf says of a file, in the shape of `summary`. */
const readelf = (path: string) => {
  const text = execFileSync('readelf', ['-hldnSW', path], {
    encoding: 'latin1',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, LC_ALL: 'C' },
  });
  const all = (pattern: RegExp): string[] =>
    [...text.matchAll(pattern)].map(([, one]) => one as string);
  return {
    bits: Number(all(/^ {2}Class: +ELF(\d+)/gm)[0]),
    type: all(/^ {2}Type: +(\w+)/gm)[0],
    interpreter: all(/\[Requesting program interpreter: (.*)\]/g)[0],
    needed: all(/\(NEEDED\) +Shared library: \[(.*)\]/g),
    soname: all(/\(SONAME\) +Library soname: \[(.*)\]/g)[0],
    runpath: all(/\(RUNPATH\) +Library runpath: \[(.*)\]/g)[0],
    rpath: all(/\(RPATH\) +Library rpath: \[(.*)\]/g)[0],
    isPie: /\(FLAGS_1\).*\bPIE\b/.test(text),
    buildId: all(/Build ID: (\w+)/g)[0],
    loads: all(/^ +LOAD +0x(\w+ 0x\w+ 0x\w+ 0x\w+ 0x\w+)/gm),
    sections: all(/^ +\[ *\d+\] (\S+) /gm),
  };
};

const TYPES = { executable: 'EXEC', shared: 'DYN', relocatable: 'REL', core: 'CORE', other: '' };

const hex = (value: number | bigint): string => value.toString(16).padStart(6, '0');

const summary = (elf: Elf): ReturnType<typeof readelf> => {
  const digits = elf.bits === 64 ? 16 : 8;
  const address = (value: bigint): string => `0x${value.toString(16).padStart(digits, '0')}`;
  return {
    bits: elf.bits,
    type: TYPES[elf.type],
    interpreter: elf.interpreter,
    needed: [...(elf.dynamic?.needed ?? [])],
    soname: elf.dynamic?.soname,
    runpath: elf.dynamic?.runpath,
    rpath: elf.dynamic?.rpath,
    isPie: ((elf.dynamic?.flags1 ?? 0) & 0x08000000) !== 0,
    buildId: buildIdOf(elf.notes),
    loads: elf.segments
      .filter(({ type }) => type === 1)
      .map(
        (load) =>
          `${hex(load.offset)} ${address(load.address)} PADDR 0x${hex(load.fileSize)} 0x${hex(load.memorySize)}`,
      ),
    sections: elf.sections.map(({ name }) => name),
  };
};

/** The physical address says nothing on Linux, and is not read. */
const withoutPhysical = (facts: ReturnType<typeof readelf>): ReturnType<typeof readelf> => ({
  ...facts,
  loads: facts.loads.map((load) => load.replace(/^(\S+ \S+) \S+/, '$1 PADDR')),
});

const libraries = join('/usr/lib', `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`);

const someFiles = (folder: string, count: number): string[] => {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => join(folder, name));
  const step = Math.max(1, Math.floor(files.length / count));
  return files.filter((_, at) => at % step === 0);
};

describe.runIf(requireTools('readelf'))('ELF files are read as readelf reads them', () => {
  test.each(['/usr/bin', '/usr/sbin', libraries])('in %s', async (folder) => {
    let compared = 0;
    for (const path of someFiles(folder, 120)) {
      const elf = await readPath(path);
      if (!elf) continue;
      expect({ path, ...summary(elf), problems: elf.problems }).toEqual({
        path,
        ...withoutPhysical(readelf(path)),
        problems: [],
      });
      compared++;
    }
    if (folder === '/usr/bin') expect(compared).toBeGreaterThan(20);
  });
});

test('Node itself is a program, and its libraries are none', async () => {
  const node = (await readPath(realpathSync(process.execPath))) as Elf;
  expect(isProgram(node)).toBe(true);
  expect(node.end).toBe(readFileSync(process.execPath).length);
});

/** A 32-bit big-endian program with one loaded segment, an interpreter and a needed library. */
const bigEndian = (): Buffer => {
  const bytes = Buffer.alloc(512);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, 2, 1]);
  bytes.writeUInt16BE(2, 16);
  bytes.writeUInt16BE(20, 18);
  bytes.writeUInt32BE(52, 28);
  bytes.writeUInt16BE(32, 42);
  bytes.writeUInt16BE(3, 44);
  const segment = (at: number, type: number, offset: number, address: number, size: number) =>
    [type, offset, address, 0, size, size, 5, 4096].forEach((value, field) =>
      bytes.writeUInt32BE(value, 52 + 32 * at + 4 * field),
    );
  segment(0, 1, 0, 0x10000, 512);
  segment(1, 3, 160, 0x100a0, 12);
  segment(2, 2, 200, 0x100c8, 40);
  bytes.write('/lib/ld.so\0', 160);
  [5, 0x10000 + 300, 10, 20, 1, 1, 0, 0].forEach((value, at) =>
    bytes.writeUInt32BE(value, 200 + 4 * at),
  );
  bytes.write('\0libz.so.1\0', 300);
  return bytes;
};

test('a 32-bit big-endian file is read', async () => {
  const elf = (await readElf(bufferSource(bigEndian()))) as Elf;
  expect(elf).toMatchObject({
    bits: 32,
    endian: 'big',
    machine: 20,
    type: 'executable',
    interpreter: '/lib/ld.so',
    dynamic: { needed: ['libz.so.1'], soname: undefined },
    problems: [],
    end: 512,
  });
  expect(isProgram(elf)).toBe(true);
  expect(elf.sections.some(isForDebuggers)).toBe(false);
});

test('a file that is not an ELF file is recognised', async () => {
  for (const text of ['', '\x7fELF', '#!/bin/sh\n'.repeat(20), '\x7fELF\x03\x01'.padEnd(64, '\0')])
    expect(await readElf(bufferSource(Buffer.from(text, 'latin1')))).toBeUndefined();
});

test('tables outside of the file are reported as problems', async () => {
  const bytes = bigEndian();
  bytes.writeUInt32BE(0xfffffff0, 28);
  expect((await readElf(bufferSource(bytes)))?.problems).toEqual([
    'table of segments ends past the file',
  ]);
  bytes.writeUInt32BE(52, 28);
  bytes.writeUInt16BE(0xffff, 44);
  expect((await readElf(bufferSource(bytes)))?.problems).toEqual([
    'table of segments has 65535 rows of 32 bytes',
  ]);
});

/** Refuses what a file could not give, as a real reader would. */
const strict = (bytes: Buffer) => ({
  size: bytes.length,
  read: async (offset: number, length: number) => {
    if (offset < 0 || length < 0 || offset + length > bytes.length)
      throw new Error('out of bounds');
    return bytes.subarray(offset, offset + length);
  },
});

test('bytes changed anywhere never throw and never read out of bounds', async () => {
  const small = readFileSync('/bin/true').subarray(0, 48 * 1024);
  const change = fc.record({
    at: fc.oneof(fc.nat(63), fc.nat(1024), fc.nat(small.length - 1)),
    value: fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255)),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(small, bigEndian()),
      fc.array(change, { minLength: 1, maxLength: 24 }),
      fc.option(fc.nat(small.length)),
      async (original, changes, cut) => {
        const bytes = Buffer.from(original);
        for (const { at, value } of changes) bytes[at % bytes.length] = value;
        await readElf(strict(cut === null ? bytes : bytes.subarray(0, cut)));
      },
    ),
    { numRuns: 3000 },
  );
});
