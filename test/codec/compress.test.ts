import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compress, type CompressOptions } from '../../src/codec/compress.ts';
import { codec } from '../support/codec.ts';
import { skipWithout } from '../support/requires.ts';
import { decompress } from '../../src/codec/decompress.ts';
import { ReslimError } from '../../src/base/errors.ts';
import { DEFAULT_LIMITS, RATIO_FLOOR } from '../../src/base/limits.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { verified } from '../../src/oci/verified.ts';

const MiB = 1024 * 1024;

async function* blocksOf(bytes: Buffer, size: number = MiB): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const collect = async (content: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks);
};

const packed = (bytes: Buffer, options: Omit<CompressOptions, 'codec'>): Promise<Buffer> =>
  collect(compress(blocksOf(bytes), { ...options, codec }));

const unpacked = async (
  bytes: Buffer,
  chunk = 1000,
  limits = DEFAULT_LIMITS,
): Promise<{ compression: string; bytes: Buffer }> => {
  const { compression, tar, digest } = await decompress(blocksOf(bytes, chunk), {
    limits,
    where: 'layer 0',
    algorithm: 'sha512',
    codec,
  });
  const all = await collect(tar);
  expect(digest()).toBe(digestOf(all, 'sha512'));
  return { compression, bytes: all };
};

/** Two and a half blocks: text that repeats across the borders, then noise. */
const SAMPLE = Buffer.concat([Buffer.alloc(2 * MiB, 'the quick brown fox '), randomBytes(MiB / 2)]);

test('gzip writes one member that every reader takes, without time, name or system', async () => {
  const bytes = await packed(SAMPLE, { compression: 'gzip' });
  expect(gunzipSync(bytes).equals(SAMPLE)).toBe(true);
  expect(execFileSync('gzip', ['-dc'], { input: bytes, maxBuffer: 1e8 }).equals(SAMPLE)).toBe(true);
  expect([...bytes.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  expect((await packed(SAMPLE, { compression: 'gzip' })).equals(bytes)).toBe(true);
});

test('gzip loses next to nothing where blocks meet', async () => {
  const text = Buffer.concat(
    Array.from({ length: 60_000 }, (_, at) =>
      Buffer.from(`/usr/lib/python3/file-${at * 7919}.py: ${at ** 2}\n`),
    ),
  );
  const bytes = await packed(text, { compression: 'gzip' });
  expect(bytes.length).toBeLessThan(gzipSync(text).length * 1.005);
});

test('empty input compresses to a valid empty stream', async () => {
  for (const compression of ['gzip', 'zstd'] as const) {
    const bytes = await packed(Buffer.alloc(0), { compression });
    expect((await unpacked(bytes)).bytes.length).toBe(0);
  }
});

test('zstd writes what the zstd command reads, the same bytes every time', async () => {
  skipWithout('zstd');
  const bytes = await packed(SAMPLE, { compression: 'zstd' });
  expect(execFileSync('zstd', ['-dc'], { input: bytes, maxBuffer: 1e8 }).equals(SAMPLE)).toBe(true);
  expect((await packed(SAMPLE, { compression: 'zstd' })).equals(bytes)).toBe(true);
});

test('what is compressed comes back at any level and in chunks of any size', async () => {
  const compression = fc.constantFrom('gzip' as const, 'zstd' as const, 'none' as const);
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 7, maxLength: 5000 }),
      compression,
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 700 }),
      async (data, kind, level, chunk) => {
        const bytes = Buffer.concat([Buffer.from('tar'), data]);
        const back = await unpacked(await packed(bytes, { compression: kind, level }), chunk);
        expect(back).toEqual({ compression: kind, bytes });
      },
    ),
    { numRuns: 60 },
  );
});

test('several gzip members or zstd frames are read as one layer', async () => {
  skipWithout('zstd');
  const [a, b] = [Buffer.from('first '), Buffer.from('second')];
  expect((await unpacked(Buffer.concat([gzipSync(a), gzipSync(b)]))).bytes.toString()).toBe(
    'first second',
  );
  const frames = [a, b].map((input) => execFileSync('zstd', ['-c'], { input }));
  expect((await unpacked(Buffer.concat(frames))).bytes.toString()).toBe('first second');
});

test('a level that gzip does not have is refused by name', () => {
  expect(() => compress(blocksOf(SAMPLE), { compression: 'gzip', level: 15, codec })).toThrow(
    'gzip has no compression level 15',
  );
});

test('corrupt and torn data is an invalid image', async () => {
  const gzip = await packed(SAMPLE, { compression: 'gzip' });
  const zstd = await packed(SAMPLE, { compression: 'zstd' });
  for (const bytes of [gzip, zstd]) {
    await expect(unpacked(bytes.subarray(0, -200_000))).rejects.toMatchObject({
      code: 'invalid-image',
    });
    const broken = Buffer.from(bytes);
    broken.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 100);
    await expect(unpacked(broken)).rejects.toMatchObject({ code: 'invalid-image' });
  }
});

test('bytes behind the compressed data are refused, and the whole blob is read', async () => {
  skipWithout('zstd');
  const body = Buffer.alloc(100_000, 'abcdefgh');
  const streams = { gzip: gzipSync(body), zstd: execFileSync('zstd', ['-c'], { input: body }) };
  for (const stream of Object.values(streams)) {
    for (const rest of [Buffer.alloc(1), Buffer.alloc(3_000_000), Buffer.alloc(9, 'junk')]) {
      for (const chunk of [100, 4_000_000]) {
        const bytes = Buffer.concat([stream, rest]);
        await expect(unpacked(bytes, chunk, DEFAULT_LIMITS)).rejects.toMatchObject({
          code: 'invalid-image',
        });
      }
    }
  }
  // A gzip member behind zeros is one that some readers would find.
  const hidden = Buffer.concat([streams.gzip, Buffer.alloc(512), streams.gzip]);
  await expect(unpacked(hidden)).rejects.toThrow('bytes after the end of the gzip data, layer 0');
});

test('a wrong digest is noticed whatever follows the compressed data', async () => {
  const body = gzipSync(Buffer.alloc(1000, 'x'));
  for (const rest of [0, 1, 5_000_000]) {
    const bytes = Buffer.concat([body, Buffer.alloc(rest)]);
    const digest = digestOf(Buffer.concat([bytes, Buffer.from('x')]));
    const content = verified(blocksOf(bytes, 100_000), { digest, size: bytes.length });
    const { tar } = await decompress(content, {
      limits: DEFAULT_LIMITS,
      where: 'layer 0',
      algorithm: 'sha256',
      codec,
    });
    await expect(collect(tar)).rejects.toThrow(ReslimError);
  }
});

test.each(['gzip', 'zstd', 'none'] as const)(
  'a failing codec for %s is not reported as corrupt data',
  async (compression) => {
    const bytes = await collect(compress(blocksOf(SAMPLE), { compression, codec }));
    for (const start of [0, 3, 200_000]) {
      const broken = async function* (): AsyncGenerator<Buffer> {
        if (start > 0) yield bytes.subarray(0, start);
        throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
      };
      const read = async (): Promise<Buffer> => {
        const options = {
          limits: DEFAULT_LIMITS,
          where: 'layer 0',
          algorithm: 'sha256',
          codec,
        } as const;
        return collect((await decompress(broken(), options)).tar);
      };
      await expect(read(), String(start)).rejects.toMatchObject({
        code: 'io',
        message: 'the disk reports an error, layer 0',
      });
    }
  },
);

test('compression formats that no runtime takes are refused by name', async () => {
  await expect(unpacked(Buffer.from('BZh91AY&SY'))).rejects.toThrow(
    'a layer compressed with bzip2, layer 0',
  );
  await expect(unpacked(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]))).rejects.toThrow(
    'compressed with xz',
  );
});

test('a decompression bomb is stopped by its ratio and by its size', async () => {
  const size = RATIO_FLOOR + 64 * MiB;
  const zeros = async function* (): AsyncGenerator<Buffer> {
    for (let at = 0; at < size; at += MiB) yield Buffer.alloc(MiB);
  };
  const bomb = await collect(compress(zeros(), { compression: 'zstd', codec }));
  await expect(unpacked(bomb, 100)).rejects.toThrow(
    /more than 200 times its size \(expansionRatio\), layer 0/,
  );
  await expect(unpacked(bomb, 100, { ...DEFAULT_LIMITS, layerSize: 1e6 })).rejects.toThrow(
    'decompresses to more than 1000000 bytes',
  );
});
