import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bufferSource } from '../../src/elf/elf-source.ts';
import { startsByNumber } from '../../src/elf/calls/starts-by-number.ts';
import { elfFile } from '../support/elf-file.ts';
import { skipWithout } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';

const LINKED = { isStatic: false, callsSyscall: false };

/** A program all of which is code, with some instructions in it. */
const programOf = (machine: number, instructions: Buffer): Buffer => {
  const bytes = elfFile({ machine, strings: ['\0'.repeat(instructions.length + 4)] });
  bytes.writeUInt32LE(5, 64 + 4);
  const at = bytes.length - instructions.length - 4;
  instructions.copy(bytes, at + ((4 - (at % 4)) % 4));
  return bytes;
};

const wordsOf = (...words: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(words.length * 4);
  for (const [at, word] of words.entries()) bytes.writeUInt32LE(word, at * 4);
  return bytes;
};

test.each<[what: string, machine: number, instructions: Buffer, expected: boolean | undefined]>([
  ['mov eax, 59; syscall', 62, Buffer.from('b83b0000000f05', 'hex'), true],
  ['mov rax, 322; lea rsi; syscall', 62, Buffer.from('48c7c0420100004889fe0f05', 'hex'), true],
  ['push 59; pop rax; syscall', 62, Buffer.from('6a3b580f05', 'hex'), true],
  ['mov eax, 60; syscall: it ends', 62, Buffer.from('b83c0000000f05', 'hex'), false],
  ['mov eax, 59; ret: a semicolon', 62, Buffer.from('b83b000000c3', 'hex'), false],
  ['mov x8, 221; mov x2, 0; svc', 183, wordsOf(0xd2801ba8, 0xd2800002, 0xd4000001), true],
  ['mov w8, 281; svc', 183, wordsOf(0x52802328, 0xd4000001), true],
  ['mov x8, 93; svc: it ends', 183, wordsOf(0xd2800ba8, 0xd4000001), false],
  ['mov x0, 221; svc: an argument', 183, wordsOf(0xd2801ba0, 0xd4000001), false],
  ['another machine', 243, Buffer.from('b83b0000000f05', 'hex'), undefined],
])('whether code starts a program by a number: %s', async (_, machine, instructions, expected) => {
  const program = bufferSource(programOf(machine, instructions));

  expect(await startsByNumber(program, LINKED)).toBe(expected);
});

test('a program that a compiler made starts nothing by itself, whatever it is linked with', async () => {
  skipWithout('gcc');
  const source = join(tempFolder(), 'app.c');
  writeFileSync(source, '#include <stdio.h>\nint main(void) { puts("x"); return 59; }\n');
  for (const flag of ['-O0', '-static']) {
    execFileSync('gcc', [flag, '-o', `${source}.out`, source]);
    const program = bufferSource(readFileSync(`${source}.out`));
    expect(await startsByNumber(program, { ...LINKED, isStatic: flag === '-static' })).toBe(false);
  }
});
