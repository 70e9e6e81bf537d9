import { expect, test } from 'vitest';
import { bufferSource } from '../../src/elf/elf-source.ts';
import { readGoStarts } from '../../src/elf/go/started.ts';
import { readElfText } from '../../src/elf/read-strings.ts';
import { readSizedTexts } from '../../src/elf/sized-texts.ts';

const BASE = 0x400000;
const TEXTS_AT = 0x400;
const TABLE_AT = 0x800;
const CODE_AT = 0x1000;

interface Made {
  /** Side by side, without ends. */
  readonly texts: string;
  /** Functions of 64 bytes each, by their names. */
  readonly functions: Readonly<Record<string, Buffer>>;
}

/** A program for x86-64 with a table of functions as Go 1.20 writes it. */
const goProgram = ({ texts, functions }: Made): Buffer => {
  const names = Object.keys(functions);
  const bytes = Buffer.alloc(CODE_AT + 64 * names.length);
  const number = (value: number, at: number): void => {
    bytes.writeBigUInt64LE(BigInt(value), at);
  };
  bytes.write('\x7fELF\x02\x01\x01', 'latin1');
  bytes.writeUInt16LE(2, 16);
  bytes.writeUInt16LE(62, 18);
  bytes.writeUInt32LE(1, 20);
  number(64, 32);
  number(0x200, 40);
  for (const [value, at] of [
    [64, 52],
    [56, 54],
    [2, 56],
    [64, 58],
    [3, 60],
    [2, 62],
  ] as const)
    bytes.writeUInt16LE(value, at);
  for (const [row, flags, offset, size] of [
    [0, 4, 0, CODE_AT],
    [1, 5, CODE_AT, 64 * names.length],
  ] as const) {
    const at = 64 + 56 * row;
    bytes.writeUInt32LE(1, at);
    bytes.writeUInt32LE(flags, at + 4);
    number(offset, at + 8);
    number(BASE + offset, at + 16);
    number(size, at + 32);
    number(size, at + 40);
  }
  const sectionNames = '\0.gopclntab\0.names\0';
  bytes.write(sectionNames, 0x300, 'latin1');
  for (const [row, name, offset, size] of [
    [1, 1, TABLE_AT, CODE_AT - TABLE_AT],
    [2, 12, 0x300, sectionNames.length],
  ] as const) {
    const at = 0x200 + 64 * row;
    bytes.writeUInt32LE(name, at);
    bytes.writeUInt32LE(row === 1 ? 1 : 3, at + 4);
    number(offset, at + 24);
    number(size, at + 32);
  }
  bytes.write(texts, TEXTS_AT, 'latin1');

  const rows = 0x100;
  const namesAt = 0x300;
  bytes.writeUInt32LE(0xfffffff1, TABLE_AT);
  bytes.writeUInt8(8, TABLE_AT + 7);
  number(names.length, TABLE_AT + 8);
  number(BASE + CODE_AT, TABLE_AT + 24);
  number(namesAt, TABLE_AT + 32);
  number(rows, TABLE_AT + 64);
  let nameAt = 0;
  for (const [row, name] of [...names, ''].entries()) {
    const about = 0x80 + 8 * row;
    bytes.writeUInt32LE(64 * row, TABLE_AT + rows + 8 * row);
    if (row === names.length) break;
    bytes.writeUInt32LE(about, TABLE_AT + rows + 8 * row + 4);
    bytes.writeInt32LE(nameAt, TABLE_AT + rows + about + 4);
    bytes.write(`${name}\0`, TABLE_AT + namesAt + nameAt, 'latin1');
    nameAt += name.length + 1;
    (functions[name] as Buffer).copy(bytes, CODE_AT + 64 * row);
  }
  return bytes;
};

/** Code that calls the function of a row, after it set AX and BX to a text; without one, AX to what the stack has. */
const calls = (
  own: number,
  callee: number,
  text?: readonly [at: number, length: number],
): Buffer => {
  const code = Buffer.alloc(64, 0x90);
  if (text) {
    code.write('488d05', 0, 'hex');
    code.writeInt32LE(TEXTS_AT + text[0] - (CODE_AT + 64 * own + 7), 3);
    code.writeUInt8(0xbb, 7);
    code.writeUInt32LE(text[1], 8);
  } else code.write('488b442408488b5c2410', 0, 'hex');
  code.writeUInt8(0xe8, 20);
  code.writeInt32LE(64 * callee - (64 * own + 25), 21);
  return code;
};

const NOTHING = Buffer.alloc(64, 0x90);

test('names of programs are told from the code of Go, between other texts', async () => {
  const program = goProgram({
    texts: 'abcjqxyz',
    functions: { 'os/exec.Command': NOTHING, 'main.main': calls(1, 0, [3, 2]) },
  });
  expect(await readGoStarts(bufferSource(program))).toEqual({
    programs: ['jq'],
    texts: [],
    isComplete: true,
  });
  expect([...(await readSizedTexts(bufferSource(program), (text) => text === 'jq'))]).toEqual([
    'jq',
  ]);
});

test('a name from elsewhere is none; what packages of Go call counts for nobody', async () => {
  const functions = {
    'os/exec.Command': NOTHING,
    'main.main': calls(1, 0),
    'os/exec.LookPath': calls(2, 0),
  };
  const starts = await readGoStarts(bufferSource(goProgram({ texts: 'jq', functions })));
  expect(starts).toEqual({ programs: [], texts: [], isComplete: false });
  const { 'main.main': _, ...own } = functions;
  expect(
    await readGoStarts(
      bufferSource(goProgram({ texts: 'jq', functions: { ...own, 'main.x': NOTHING } })),
    ),
  ).toMatchObject({ isComplete: true });
});

test('of a function that starts a shell, all texts count', async () => {
  const code = calls(1, 0, [0, 2]);
  // mov ecx, 9; lea rdx, [rip + …]
  code.write('b909000000488d15', 30, 'hex');
  code.writeInt32LE(TEXTS_AT + 2 - (CODE_AT + 64 + 42), 38);
  const program = goProgram({
    texts: 'shjq . | bcx',
    functions: { 'os/exec.Command': NOTHING, 'main.main': code },
  });
  const starts = await readGoStarts(bufferSource(program));
  expect(starts?.programs).toEqual(['sh']);
  expect(starts?.texts).toContain('jq . | bc');
});

test('a damaged program is no reason to stop', async () => {
  const program = goProgram({
    texts: 'jq',
    functions: { 'os/exec.Command': NOTHING, 'main.main': calls(1, 0, [0, 2]) },
  });
  for (let at = 0; at < program.length; at += 3) {
    const changed = Buffer.from(program);
    changed.writeUInt8(255, at);
    await readGoStarts(bufferSource(changed));
    await readSizedTexts(bufferSource(changed), () => true);
    await readGoStarts(bufferSource(program.subarray(0, at)));
  }
});

test('a name that is the end of another is among the symbols', async () => {
  const strings = '\0my_dlopen\0';
  const bytes = Buffer.alloc(0x400);
  bytes.write('\x7fELF\x02\x01\x01', 'latin1');
  bytes.writeUInt32LE(1, 20);
  bytes.writeBigUInt64LE(0x100n, 40);
  for (const [value, at] of [
    [2, 16],
    [62, 18],
    [64, 52],
    [56, 54],
    [64, 58],
    [4, 60],
    [3, 62],
  ] as const)
    bytes.writeUInt16LE(value, at);
  const names = '\0.dynstr\0.dynsym\0.names\0';
  bytes.write(names, 0x300, 'latin1');
  bytes.write(strings, 0x340, 'latin1');
  bytes.writeUInt32LE(strings.indexOf('dlopen'), 0x360 + 24);
  for (const [row, name, type, offset, size] of [
    [1, 1, 3, 0x340, strings.length],
    [2, 9, 11, 0x360, 48],
    [3, 17, 3, 0x300, names.length],
  ] as const) {
    const at = 0x100 + 64 * row;
    bytes.writeUInt32LE(name, at);
    bytes.writeUInt32LE(type, at + 4);
    bytes.writeBigUInt64LE(BigInt(offset), at + 24);
    bytes.writeBigUInt64LE(BigInt(size), at + 32);
  }
  const text = await readElfText(bufferSource(bytes));
  expect(text?.symbols.split('\0')).toContain('dlopen');
});
