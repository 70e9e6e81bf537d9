import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { isOwnBlock, takeBlock } from '../../../src/layer/block-memory.ts';
import { compressBlock } from '../../../src/layer/compression/compress-block.ts';

const run = promisify(execFile);

const PART = fileURLToPath(new URL('../../../dist/layer/compression/compress.js', import.meta.url));

/** Compresses, then tells when it was done. */
const PROGRAM = `
  const { compress } = await import(${JSON.stringify(PART)});
  async function* blocks() { for (let n = 0; n < 4; n++) yield Buffer.alloc(100_000, String(n)); }
  let size = 0;
  for await (const chunk of compress(blocks(), { compression: 'gzip' })) size += chunk.length;
  console.log(JSON.stringify({ size, at: Date.now() }));
`;

test('threads keep a process as long as they work, and not longer', async () => {
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', PROGRAM]);
  const { size, at } = JSON.parse(stdout) as { size: number; at: number };
  expect(size).toBeGreaterThan(100);
  expect(Date.now() - at).toBeLessThan(1500);
});

test('blocks at hand are copied, those of a pool are given away', async () => {
  const END = Buffer.from([3, 0]);
  const mine = Buffer.alloc(50_000, 'mine');
  const pooled = takeBlock(50_000).fill('mine');
  const [first, second] = await Promise.all(
    [mine, pooled].map((block) => compressBlock({ format: 'gzip', level: 6, block })),
  );
  expect(mine.length).toBe(50_000);
  expect(pooled.length).toBe(0);
  expect(first?.equals(second as Buffer)).toBe(true);
  expect(isOwnBlock(first as Buffer)).toBe(true);
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  expect(() => gunzipSync(Buffer.concat([header, first as Buffer, END]))).toThrow(
    'unexpected end of file',
  );
});

test('more blocks than there are threads come back, each its own', async () => {
  const blocks = Array.from({ length: 40 }, (_, n) => Buffer.alloc(20_000 + n, String(n)));
  const once = await Promise.all(
    blocks.map((block) => compressBlock({ format: 'gzip', level: 6, block })),
  );
  for (const [n, block] of blocks.entries()) {
    const alone = await compressBlock({ format: 'gzip', level: 6, block });
    expect(once[n]?.equals(alone), String(n)).toBe(true);
  }
});
