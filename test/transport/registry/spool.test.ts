import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Spool } from '../../../src/transport/registry/spool.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const MiB = 1024 * 1024;

const newSpool = (path = join(tempFolder(), 'spool')): Spool => {
  const spool = new Spool(() => path);
  onTestFinished(() => spool.close());
  return spool;
};

/** Bytes that differ everywhere. */
const content = (size: number): Buffer => {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) bytes.writeUInt32LE(at, at);
  return bytes;
};

const digestOf = async (chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) => {
  const hash = createHash('sha256');
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
};

describe('a spool', () => {
  test('is read while it is written, and again from any place, in memory and in the file', async () => {
    const path = join(tempFolder(), 'spool');
    const spool = newSpool(path);
    const bytes = content(10 * MiB + 3);
    const reading = digestOf(spool.read(0));
    const kept: boolean[] = [];
    for (let at = 0; at < bytes.length; at += 70_001)
      kept.push(await spool.write(bytes.subarray(at, at + 70_001)));
    spool.end();
    expect(await reading).toBe(await digestOf([bytes]));
    // First some that stay in memory, then none.
    expect(kept[0]).toBe(true);
    expect(kept.lastIndexOf(true) + 1).toBe(kept.indexOf(false));
    const ranges = [
      [0, bytes.length],
      [70_000, 70_002],
      [8 * MiB - 100_000, 8 * MiB + 100_000],
      [9 * MiB, bytes.length],
      [5, 6],
    ] as const;
    for (const [from, to] of ranges)
      expect(await digestOf(spool.read(from, to))).toBe(await digestOf([bytes.subarray(from, to)]));
    expect(existsSync(path)).toBe(true);
    await spool.close();
    expect(existsSync(path)).toBe(false);
  });

  test('makes no file of what is small', async () => {
    const path = join(tempFolder(), 'spool');
    const spool = newSpool(path);
    await spool.write(content(1000));
    spool.end();
    expect(await digestOf(spool.read(0))).toBe(await digestOf([content(1000)]));
    expect(existsSync(path)).toBe(false);
  });

  test('takes no more memory than all of them may, and gives it back', async () => {
    const chunk = content(MiB);
    const fill = async (spool: Spool): Promise<number> => {
      let kept = 0;
      for (let count = 0; count < 8; count++) if (await spool.write(chunk)) kept++;
      return kept;
    };
    const spools = Array.from({ length: 5 }, () => newSpool());
    const kept: number[] = [];
    for (const spool of spools) kept.push(await fill(spool));
    expect(kept).toEqual([8, 8, 8, 8, 0]);
    await Promise.all(spools.map((spool) => spool.close()));
    expect(await fill(newSpool())).toBe(8);
  });
});
