import { readdirSync, readlinkSync } from 'node:fs';
import { open, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keptFiles } from '../../../src/cache/kept-files.ts';
import type { Entry } from '../../../src/layer/entry.ts';
import { collectHeads, prefetchWithin, readFromHeads } from '../../../src/layer/read/prefetch.ts';
import { openExpansionBudget } from '../../../src/layer/read/expansion-budget.ts';
import type { Layer } from '../../../src/layer/layer.ts';
import { openLayerStore, type LayerStoreOptions } from '../../../src/layer/read/layer-store.ts';
import { DEFAULT_LIMITS } from '../../../src/base/limits.ts';
import { digestOf } from '../../../src/oci/digest.ts';
import { OCI } from '../../../src/oci/media-type.ts';
import type { BlobReader } from '../../../src/oci/store.ts';
import { codec } from '../../support/codec.ts';
import { entriesOf, layerTar } from '../../support/layer-tar.ts';
import { newCache } from '../../support/new-cache.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const root = tempFolder();
let count = 0;

const TAR = await layerTar(entriesOf(['d/', 'd/a=one', `e=${'x'.repeat(3e6)}`, 'd/z=last']));
const BLOB = gzipSync(TAR);
const DESCRIPTOR = {
  mediaType: `${OCI.layer}+gzip`,
  digest: digestOf(BLOB),
  size: BLOB.length,
};

/** Bodies of three and of four bytes. */
const prefetch = prefetchWithin(1e6, ({ bodySize }) => (bodySize < 10 ? bodySize : 0));

/** A layer that lies in a file, opened to be read later if at all; what that costs is counted. */
const fileLayer = async ({ isLocal = true, sent = BLOB } = {}) => {
  const folder = join(root, String(count++));
  const path = `${folder}.blob`;
  await writeFile(path, BLOB);
  let fetched = 0;
  const spent = { spools: 0, entries: 0, stored: 0, unpacked: 0, read: 0 };
  const source: BlobReader = {
    open: async function* () {
      fetched++;
      yield sent;
    },
    ...(isLocal && { locate: async ({ size }) => ({ path, offset: 0, size }) }),
  };
  const newSpool = (): Promise<FileHandle> =>
    open(`${folder}.spool-${spent.spools++}`, 'wx+', 0o600);
  const read = async (options: Partial<LayerStoreOptions> & { useCache?: boolean } = {}) => {
    const cache = options.useCache ? await newCache(folder) : undefined;
    const store = openLayerStore({
      source,
      codec,
      limits: DEFAULT_LIMITS,
      newSpool,
      spool: 'when-read',
      prefetch,
      expansion: {
        open: () => ({
          addStored: (size) => void (spent.stored += size),
          addUnpacked: (size) => void (spent.unpacked += size),
        }),
      },
      countEntry: () => void spent.entries++,
      onBytes: (size) => void (spent.read += size),
      cache,
      ...options,
    });
    const which = { descriptor: DESCRIPTOR, position: 0, name: 'layer 1', diffId: digestOf(TAR) };
    const layer = await store.open(which);
    const close = () => Promise.all([store.close(), cache?.close()]);
    return { layer, verify: store.verify, close };
  };
  const kept = () => keptFiles(join(folder, 'reslim')).map(({ kind }) => kind);
  return { read, spent, path, kept, fetches: () => fetched };
};

const newFetched = (): Promise<FileHandle> => open(join(root, `fetched-${count++}`), 'wx+', 0o600);

const storedBytes = async ({ descriptor, fetched }: Layer): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of fetched?.open(descriptor) ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const ONCE = {
  entries: 4,
  stored: BLOB.length,
  unpacked: TAR.length,
  read: BLOB.length,
};

const contents = async ({ bytes }: Layer): Promise<Buffer> => {
  const target = Buffer.alloc(bytes.size);
  await bytes.read(target, 0);
  return target;
};

const bodyOf = async ({ entries, bytes }: Layer, name: string): Promise<string> => {
  const entry = entries.find(({ path }) => path === name) as Entry;
  const target = Buffer.alloc(entry.bodySize);
  await bytes.read(target, entry.offset + entry.headerSize);
  return target.toString();
};

/** How many files of these tests are open: some that were closed are so a moment later. */
const openFiles = (): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(join('/proc/self/fd', fd)).startsWith(root);
    } catch {
      return false;
    }
  }).length;

describe('a layer that is spooled when it is read', () => {
  test('is not spooled for reads that were prefetched', async () => {
    const { read, spent } = await fileLayer();
    const { layer, close } = await read();
    expect(layer.bytes.size).toBe(TAR.length);
    expect(await bodyOf(layer, 'd/a')).toBe('one');
    expect(await bodyOf(layer, 'd/z')).toBe('last');
    await close();
    expect(spent).toEqual({ spools: 0, ...ONCE });
  });

  test('is spooled once for all other reads, and counted once', async () => {
    const { read, spent } = await fileLayer();
    const { layer, close } = await read();
    const both = await Promise.all([contents(layer), contents(layer)]);
    expect(both.every((bytes) => bytes.equals(TAR))).toBe(true);
    expect(await bodyOf(layer, 'd/a')).toBe('one');
    await close();
    expect(spent).toEqual({ spools: 1, ...ONCE });
  });

  test('is spooled immediately when it is not stored on this machine', async () => {
    const { read, spent } = await fileLayer({ isLocal: false });
    const { layer, close } = await read();
    expect(spent.spools).toBe(1);
    expect((await contents(layer)).equals(TAR)).toBe(true);
    await close();
    expect(spent).toEqual({ spools: 1, ...ONCE });
  });

  test('is fetched once when it is stored elsewhere, whatever it is read for', async () => {
    const { read, spent, fetches } = await fileLayer({ isLocal: false });
    const before = openFiles();
    const { layer, close } = await read({ newFetched });
    expect(await bodyOf(layer, 'd/a')).toBe('one');
    expect((await storedBytes(layer)).equals(BLOB)).toBe(true);
    expect((await contents(layer)).equals(TAR)).toBe(true);
    expect((await storedBytes(layer)).equals(BLOB)).toBe(true);
    await close();
    expect(fetches()).toBe(1);
    expect(spent).toEqual({ spools: 1, ...ONCE });
    await expect.poll(openFiles).toBe(before);
  });

  test('is verified while it is fetched', async () => {
    const { read } = await fileLayer({ isLocal: false, sent: gzipSync(TAR, { level: 1 }) });
    const before = openFiles();
    await expect(read({ newFetched })).rejects.toMatchObject({ code: 'mismatch' });
    await expect.poll(openFiles).toBe(before);
  });

  test('is verified again when it is spooled', async () => {
    const { read, path } = await fileLayer();
    const before = openFiles();
    const { layer, close } = await read();
    await writeFile(path, gzipSync(TAR, { level: 1 }).subarray(0, BLOB.length));
    await expect(contents(layer)).rejects.toMatchObject({ code: 'mismatch' });
    await expect(contents(layer)).rejects.toMatchObject({ code: 'mismatch' });
    await close();
    await expect.poll(openFiles).toBe(before);
  });

  test('can be aborted while it is spooled', async () => {
    const { read } = await fileLayer();
    const before = openFiles();
    const stop = new AbortController();
    const { layer, close } = await read({ signal: stop.signal });
    stop.abort();
    await expect(contents(layer)).rejects.toMatchObject({ code: 'aborted' });
    await close();
    await expect.poll(openFiles).toBe(before);
  });

  test('leaves no file open', async () => {
    const { read } = await fileLayer();
    const before = openFiles();
    const { layer, close } = await read();
    await expect.poll(openFiles).toBe(before);
    await contents(layer);
    await close();
    await expect.poll(openFiles).toBe(before);
  });
});

describe('a layer that is spooled when it is read, with a cache,', () => {
  test('has its index and its prefetched reads cached', async () => {
    const { read, kept, path, spent } = await fileLayer();
    await (await read({ useCache: true })).close();
    expect(kept()).toEqual(['indexes']);
    // Nothing is read any more, or it would be found out.
    await writeFile(path, 'x'.repeat(BLOB.length));
    const { layer, close } = await read({ useCache: true });
    expect(layer.entries).toHaveLength(4);
    expect(await bodyOf(layer, 'd/a')).toBe('one');
    await expect(bodyOf(layer, 'e')).rejects.toMatchObject({ code: 'invalid-image' });
    await close();
    expect(kept()).toEqual(['indexes']);
    expect(spent.spools).toBe(0);
  });

  test('has the rest cached when it is read', async () => {
    const { read, kept, path, spent } = await fileLayer();
    const first = await read({ useCache: true });
    expect((await contents(first.layer)).equals(TAR)).toBe(true);
    await first.close();
    expect(kept().sort()).toEqual(['indexes', 'layers']);
    expect(spent).toEqual({ spools: 0, ...ONCE });
    await writeFile(path, 'x'.repeat(BLOB.length));
    const again = await read({ useCache: true });
    await again.verify();
    expect((await contents(again.layer)).equals(TAR)).toBe(true);
    await again.close();
  });

  test('is spooled immediately when its cached index lacks what is read', async () => {
    const { read, kept } = await fileLayer();
    await (await read({ useCache: true })).close();
    const { layer, close } = await read({
      useCache: true,
      spool: 'now',
      prefetch: undefined,
      expansion: openExpansionBudget(DEFAULT_LIMITS),
    });
    expect(await bodyOf(layer, 'd/a')).toBe('one');
    await close();
    expect(kept().sort()).toEqual(['indexes', 'layers']);
  });
});

describe('prefetched heads of files', () => {
  const fileAt = (offset: number, bodySize: number): Entry => ({
    layer: 0,
    path: 'f',
    type: 'file',
    offset,
    headerSize: 512,
    bodySize,
    size: bodySize,
    mode: 0,
    mtime: 0,
    linkTarget: '',
  });

  test('are taken from chunks of any size, and found at any place', () => {
    const sizes = fc.array(fc.nat(2000), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 100, max: 3000 }), fc.nat(700), (bodies, step, most) => {
        const entries: Entry[] = [];
        let end = 0;
        for (const size of bodies) {
          entries.push(fileAt(end, size));
          end += 512 + size;
        }
        const layer = Buffer.from(Uint8Array.from({ length: end }, (_, at) => at % 251));
        const collected = collectHeads(({ bodySize }) => Math.min(bodySize, most));
        let seen = 0;
        for (let at = 0; at < end; at += step) {
          const chunk = layer.subarray(at, at + step);
          for (; seen < entries.length; seen++) {
            const entry = entries[seen] as Entry;
            if (entry.offset + 512 > at + chunk.length) break;
            collected.addEntry(entry);
          }
          collected.addChunk(chunk, at);
        }
        for (const { offset, bodySize } of entries) {
          const size = Math.min(bodySize, most);
          const target = Buffer.alloc(size);
          if (size === 0) continue;
          const from = size >> 1;
          expect(readFromHeads(collected.heads, target, offset + 512)).toBe(true);
          expect(target.equals(layer.subarray(offset + 512, offset + 512 + size))).toBe(true);
          expect(readFromHeads(collected.heads, target.subarray(from), offset + 512 + from)).toBe(
            true,
          );
          expect(readFromHeads(collected.heads, target, offset + 511)).toBe(false);
          expect(readFromHeads(collected.heads, Buffer.alloc(size + 1), offset + 512)).toBe(false);
        }
      }),
    );
  });

  test('take no more memory than they may, however many there are', () => {
    const within = prefetchWithin(10_000, ({ bodySize }) => bodySize);
    expect(within(fileAt(0, 9000))).toBe(9000);
    expect(within(fileAt(0, 800))).toBe(0);
    let empty = 0;
    while (within(fileAt(0, 1)) > 0) empty++;
    expect(empty).toBeLessThan(4);
    expect(within({ ...fileAt(0, 1), type: 'symlink' })).toBe(0);
  });
});
