import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { openCodec } from '../../src/codec/codec.ts';
import { compress } from '../../src/codec/compress.ts';
import { bytesInMemory } from '../../src/layer/bytes-in-memory.ts';
import { estimateGzip } from '../../src/write/estimate-size.ts';

const MiB = 1024 * 1024;

/** Contents that compress differently every few hundred kilobytes: text, zeros, random bytes. */
const mixed = (size: number): Buffer => {
  const parts: Buffer[] = [];
  for (let at = 0, length = 0; length < size; at++) {
    const step = 100_000 + ((at * 77_773) % 400_000);
    const kind = at % 3;
    const part =
      kind === 0
        ? Buffer.alloc(step, `line ${at} of a text that repeats itself\n`)
        : kind === 1
          ? Buffer.alloc(step)
          : randomBytes(step);
    parts.push(part);
    length += step;
  }
  return Buffer.concat(parts).subarray(0, size);
};

const gzipSize = async (bytes: Buffer): Promise<number> => {
  const codec = openCodec();
  async function* blocks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += MiB) yield bytes.subarray(at, at + MiB);
  }
  let size = 0;
  for await (const chunk of compress(blocks(), { compression: 'gzip', codec }))
    size += chunk.length;
  await codec.close();
  return size;
};

test.each([
  ['a small tar', 3 * MiB, 0.001],
  ['a large tar, of which an eighth is read', 200 * MiB, 0.05],
])('the estimate for %s is close to what is written', async (_, size, tolerance) => {
  const bytes = mixed(size);
  const codec = openCodec();
  const estimate = await estimateGzip([bytesInMemory(bytes)], { codec });
  await codec.close();
  const written = await gzipSize(bytes);
  expect(Math.abs(estimate - written) / written).toBeLessThan(tolerance);
});

test('slices of several tars are estimated as if they were one', async () => {
  const bytes = mixed(40 * MiB);
  const tars = [bytes.subarray(0, 7_000_001), bytes.subarray(7_000_001)].map((part) =>
    bytesInMemory(part),
  );
  const codec = openCodec();
  const whole = await estimateGzip([bytesInMemory(bytes)], { codec });
  expect(await estimateGzip(tars, { codec })).toBe(whole);
  await codec.close();
});
