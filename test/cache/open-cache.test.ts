import { chmod, mkdir, readdir, readFile, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keptFiles } from '../../src/cache/kept-files.ts';
import { openCache } from '../../src/cache/open-cache.ts';
import { openTemp } from '../../src/transport/temp.ts';
import { newCache } from '../support/new-cache.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = tempFolder();
let count = 0;
const newFolder = (): string => join(root, String(count++));

describe('bytes in the cache', () => {
  test('are there for the next run, under their own kind and key', async () => {
    const folder = newFolder();
    const first = await newCache(folder);
    await first.put('runs', 'a', Buffer.from('one'));
    await first.put('runs', 'b', Buffer.alloc(0));
    await first.close();
    const next = await newCache(folder);
    expect(await next.get('runs', 'a')).toEqual(Buffer.from('one'));
    expect(await next.get('runs', 'b')).toEqual(Buffer.alloc(0));
    expect(await next.get('runs', 'c')).toBeUndefined();
    expect(await next.get('indexes', 'a')).toBeUndefined();
  });

  test.each<[string, (path: string) => Promise<void>]>([
    ['a byte that flipped', async (path) => writeFile(path, flipped(await readFile(path)))],
    ['an end that is missing', (path) => truncate(path, 5)],
    ['nothing left', (path) => truncate(path, 0)],
  ])('are forgotten when they have %s', async (_, damage) => {
    const folder = newFolder();
    const cache = await newCache(folder);
    await cache.put('runs', 'a', Buffer.from('something'));
    await cache.close();
    const [file] = keptFiles(join(folder, 'reslim'));
    await damage(file?.path ?? '');
    expect(await (await newCache(folder)).get('runs', 'a')).toBeUndefined();
    expect(keptFiles(join(folder, 'reslim'))).toEqual([]);
  });

  test('leave no partial files behind', async () => {
    const folder = newFolder();
    const cache = await newCache(folder);
    await Promise.all(
      Array.from({ length: 50 }, (_, at) => cache.put('runs', `${at}`, Buffer.alloc(1000, at))),
    );
    await cache.close();
    expect((await readdir(join(folder, 'reslim'))).sort()).toEqual(['runs', 'secret', 'unseen']);
    expect(keptFiles(join(folder, 'reslim'))).toHaveLength(50);
  });
});

const flipped = (bytes: Buffer): Buffer => {
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  return bytes;
};

describe('a file in the cache', () => {
  test('is found when it was kept, and not before', async () => {
    const folder = newFolder();
    const cache = await newCache(folder);
    const file = await cache.newFile(10);
    await file?.handle.write('contents');
    expect(await cache.open('layers', 'x')).toBeUndefined();
    await file?.keep('layers', 'x');
    const kept = await cache.open('layers', 'x');
    expect(await kept?.readFile('utf8')).toBe('contents');
    await kept?.close();
    await cache.forget('layers', 'x');
    expect(await cache.open('layers', 'x')).toBeUndefined();
    await file?.handle.close();
  });

  test('is not kept when it is larger than half of the cache', async () => {
    const cache = await newCache(newFolder(), 1000);
    expect(await cache.newFile(501)).toBeUndefined();
    const file = await cache.newFile(10);
    await file?.handle.write('x'.repeat(501));
    await file?.keep('layers', 'x');
    expect(await cache.open('layers', 'x')).toBeUndefined();
    await file?.handle.close();
    await cache.put('runs', 'x', Buffer.alloc(501));
    expect(await cache.get('runs', 'x')).toBeUndefined();
  });
});

test('the cache evicts what was used least recently', async () => {
  const folder = newFolder();
  const first = await newCache(folder);
  for (const key of ['a', 'b', 'c']) await first.put('runs', key, Buffer.alloc(300));
  await first.close();
  const old = new Date(2020, 1, 1);
  for (const { path } of keptFiles(join(folder, 'reslim'))) await utimes(path, old, old);
  const second = await newCache(folder, 1000);
  await second.get('runs', 'b');
  await second.put('runs', 'd', Buffer.alloc(300));
  await second.put('runs', 'e', Buffer.alloc(300));
  await second.close();
  const third = await newCache(folder);
  const left: string[] = [];
  for (const key of ['a', 'b', 'c', 'd', 'e']) if (await third.get('runs', key)) left.push(key);
  expect(left).toEqual(['b', 'd', 'e']);
});

test('the cache is bounded while it is open, too', async () => {
  const folder = newFolder();
  const cache = await newCache(folder, 1000);
  const sizeOf = () => keptFiles(join(folder, 'reslim')).reduce((sum, { size }) => sum + size, 0);
  for (let key = 0; key < 10; key++) {
    await cache.put('runs', String(key), Buffer.alloc(300));
    expect(sizeOf()).toBeLessThanOrEqual(1000);
  }
  expect(await cache.get('runs', '9')).toBeDefined();
  await cache.close();
});

describe('no cache is opened', () => {
  test.each([0o777, 0o775])(
    'in a folder of mode %o, where other users could write',
    async (mode) => {
      const folder = newFolder();
      await mkdir(folder);
      await chmod(folder, mode);
      expect(await openCache({ folder, openPartial: openTemp })).toBeUndefined();
    },
  );

  test('where no folder can be made', async () => {
    const folder = newFolder();
    await writeFile(folder, '');
    expect(await openCache({ folder, openPartial: openTemp })).toBeUndefined();
  });

  test('where its secret cannot be kept, and nothing is left open', async () => {
    const folder = newFolder();
    await mkdir(join(folder, 'secret'), { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    expect(await openCache({ folder, openPartial: openTemp })).toBeUndefined();
    expect(await readdir(folder)).toEqual(['secret']);
  });
});
