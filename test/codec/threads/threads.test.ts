import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { compressBlock } from '../../../src/codec/compress-block.ts';
import { codec } from '../../support/codec.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const run = promisify(execFile);
const root = tempFolder();

const builtUrl = (name: string): string =>
  new URL(`../../../build/codec/${name}.js`, import.meta.url).href;

/** Compresses, then tells when it was done. */
const PROGRAM = `
  const { compress } = await import(${JSON.stringify(builtUrl('compress'))});
  const { openCodec } = await import(${JSON.stringify(builtUrl('codec'))});
  const codec = openCodec();
  async function* blocks() { for (let n = 0; n < 4; n++) yield Buffer.alloc(100_000, String(n)); }
  let size = 0;
  for await (const chunk of compress(blocks(), { compression: 'gzip', codec })) size += chunk.length;
  console.log(JSON.stringify({ size, at: Date.now() }));
`;

test('threads keep the process alive while they work, and no longer', async () => {
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', PROGRAM]);
  const { size, at } = JSON.parse(stdout) as { size: number; at: number };
  expect(size).toBeGreaterThan(100);
  expect(Date.now() - at).toBeLessThan(1500);
});

/** Ends threads that have a channel open; it is closed before they have ended. */
const CLOSE = `
  const { openCodec } = await import(${JSON.stringify(builtUrl('codec'))});
  const { threads } = openCodec();
  const channel = threads.open({ onReply: () => {}, onLoss: () => {} });
  const closed = threads.close();
  channel.close();
  await closed;
  console.log('closed');
`;

test('a process that waits for the end of its threads does not end before them', async () => {
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', CLOSE]);
  expect(stdout).toBe('closed\n');
});

/** Tells what became of inflating a good stream. */
const INFLATE = `
  const { gzipSync } = await import('node:zlib');
  const { decompress } = await import(${JSON.stringify(builtUrl('decompress'))});
  const { openCodec } = await import(${JSON.stringify(builtUrl('codec'))});
  const limits = { layerSize: 1e9, expansionRatio: 1e9 };
  async function* content() { yield gzipSync(Buffer.alloc(1000)); }
  try {
    const { tar } = await decompress(content(), { limits, where: 'here', algorithm: 'sha256', codec: openCodec() });
    let size = 0;
    for await (const chunk of tar) size += chunk.length;
    console.log(JSON.stringify({ size }));
  } catch ({ name, code, message }) {
    console.log(JSON.stringify({ name, code, message }));
  }
`;

const inflateWith = async (
  options: string[],
  env: Record<string, string> = {},
): Promise<object> => {
  const words = [...options, '--no-warnings', '--input-type=module', '-e', INFLATE];
  const { stdout } = await run(process.execPath, words, { env: { ...process.env, ...env } });
  return JSON.parse(stdout) as object;
};

test('a machine that refuses threads is reported as such, not as corrupt data', async () => {
  const isOld = Number(process.versions.node.split('.')[0]) < 23;
  const permission = isOld ? '--experimental-permission' : '--permission';
  const found = await inflateWith([permission, '--allow-fs-read=*', '--allow-addons']);
  expect(found).toMatchObject({
    name: 'ReslimError',
    code: 'io',
    message: expect.stringMatching(/^a thread cannot work \(.*restricted.*\), process \d+$/),
  });
});

test('a module preloaded into the process is not loaded into its threads', async () => {
  const preload = join(root, 'preload.cjs');
  await writeFile(
    preload,
    'globalThis.held = Array.from({ length: 6e5 }, (_, n) => ({ n, m: [n] }))',
  );
  const found = await inflateWith([], { NODE_OPTIONS: `--require ${preload}` });
  expect(found).toEqual({ size: 1000 });
});

test('blocks of the caller are copied, blocks of a pool are transferred', async () => {
  const END = Buffer.from([3, 0]);
  const mine = Buffer.alloc(50_000, 'mine');
  const pooled = codec.buffers.take(50_000).fill('mine');
  const [first, second] = await Promise.all(
    [mine, pooled].map((block) => compressBlock({ format: 'gzip', level: 6, block }, codec)),
  );
  expect(mine.length).toBe(50_000);
  expect(pooled.length).toBe(0);
  expect(first?.equals(second as Buffer)).toBe(true);
  expect(codec.buffers.own(first as Buffer)).toBe(first);
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  expect(() => gunzipSync(Buffer.concat([header, first as Buffer, END]))).toThrow(
    'unexpected end of file',
  );
});

test('more blocks than threads all come back, each with its own result', async () => {
  const blocks = Array.from({ length: 40 }, (_, n) => Buffer.alloc(20_000 + n, String(n)));
  const once = await Promise.all(
    blocks.map((block) => compressBlock({ format: 'gzip', level: 6, block }, codec)),
  );
  for (const [n, block] of blocks.entries()) {
    const alone = await compressBlock({ format: 'gzip', level: 6, block }, codec);
    expect(once[n]?.equals(alone), String(n)).toBe(true);
  }
});
