import { open, readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeAll } from '../../src/base/write-all.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = tempFolder();

/** A file that takes at most three bytes with each write, as a disk does that is nearly full. */
const shortWriting = (file: FileHandle): FileHandle =>
  ({
    write: (bytes: Uint8Array, offset: number, length: number, position: number | null) =>
      file.write(bytes, offset, Math.min(length, 3), position),
  }) as unknown as FileHandle;

test('writes that take only some of the bytes are continued', async () => {
  const path = join(root, 'appended');
  const file = await open(path, 'wx');
  await writeAll(shortWriting(file), Buffer.from('abcdefgh'));
  await writeAll(shortWriting(file), Buffer.from('ij'));
  await file.close();
  expect(await readFile(path, 'utf8')).toBe('abcdefghij');
});

test('bytes go to the position that is asked for', async () => {
  const path = join(root, 'placed');
  const file = await open(path, 'wx');
  await Promise.all([
    writeAll(shortWriting(file), Buffer.from('world!!'), 7),
    writeAll(shortWriting(file), Buffer.from('hello, '), 0),
  ]);
  await file.close();
  expect(await readFile(path, 'utf8')).toBe('hello, world!!');
});
