import { randomBytes } from 'node:crypto';
import { open, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gunzip } from '../../../src/codec/gunzip.ts';
import { pooledChunks } from '../../../src/layer/read/file-chunks.ts';
import { codec } from '../../support/codec.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const folder = tempFolder();
const path = join(folder, 'file');
const CONTENT = randomBytes(1_500_000);
let handle: FileHandle;

beforeEach(async () => {
  await writeFile(path, CONTENT);
  handle = await open(path, 'r');
});

afterEach(() => handle.close());

const read = async (start: number, size: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of pooledChunks({ handle, start, size }, codec.buffers)) {
    expect(codec.buffers.owns(chunk)).toBe(true);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

test.each([
  [0, 1_500_000],
  [100, 1_200_000],
  [0, 512 * 1024],
  [7, 1],
  [3, 0],
])('from byte %d on %d bytes', async (start, size) => {
  expect((await read(start, size)).equals(CONTENT.subarray(start, start + size))).toBe(true);
});

test('a file that is shorter than it was ends early', async () => {
  await handle.close();
  await writeFile(path, CONTENT.subarray(0, 1000));
  handle = await open(path, 'r');
  expect((await read(0, 1_500_000)).equals(CONTENT.subarray(0, 1000))).toBe(true);
});

test('a reader that stops leaves nothing that still reads the file', async () => {
  for await (const _ of pooledChunks({ handle, start: 0, size: 1_500_000 }, codec.buffers)) break;
  await handle.close();
  handle = await open(path, 'r');
  expect((await read(0, 10)).equals(CONTENT.subarray(0, 10))).toBe(true);
});

test('they are inflated where they are, without a copy', async () => {
  const zipped = gzipSync(CONTENT);
  await writeFile(path, zipped);
  const chunks: Buffer[] = [];
  async function* seen(): AsyncGenerator<Buffer> {
    for await (const chunk of pooledChunks(
      { handle, start: 0, size: zipped.length },
      codec.buffers,
    )) {
      chunks.push(chunk);
      yield chunk;
    }
  }
  const output: Buffer[] = [];
  for await (const chunk of gunzip(seen(), { algorithm: 'sha256', codec }).chunks)
    output.push(Buffer.from(chunk));
  expect(Buffer.concat(output).equals(CONTENT)).toBe(true);
  expect(chunks.length).toBeGreaterThan(2);
  // Memory that was sent to a thread is of no length here.
  expect(chunks.every(({ length }) => length === 0)).toBe(true);
});
