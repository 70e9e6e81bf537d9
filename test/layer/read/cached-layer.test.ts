import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DamagedCache } from '../../../src/cache/cache.ts';
import { keptFiles } from '../../../src/cache/kept-files.ts';
import { openExpansionBudget } from '../../../src/layer/read/expansion-budget.ts';
import { decodeIndex, encodeIndex } from '../../../src/layer/read/layer-index.ts';
import { openLayerStore } from '../../../src/layer/read/layer-store.ts';
import type { Layer } from '../../../src/layer/layer.ts';
import { plainEntry } from '../../../src/layer/entry.ts';
import { DEFAULT_LIMITS } from '../../../src/base/limits.ts';
import { digestOf } from '../../../src/oci/digest.ts';
import { OCI } from '../../../src/oci/media-type.ts';
import { codec } from '../../support/codec.ts';
import { entriesOf, layerTar } from '../../support/layer-tar.ts';
import { memoryStore, openSpools, type MemoryStore } from '../../support/memory.ts';
import { newCache } from '../../support/new-cache.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const root = tempFolder();
let count = 0;

const TAR = await layerTar(
  entriesOf(['d/', 'd/a=one', 'd/b->a', 'd/c=>d/a', `e=${'x'.repeat(3e6)}`]),
);
const BLOB = gzipSync(TAR);

/** Opens the layer as run after run would. */
const runs = async () => {
  const folder = join(root, String(count++));
  const store = memoryStore();
  const digest = digestOf(BLOB);
  store.blobs.set(digest, BLOB);
  const spools = await openSpools();
  const descriptor = { mediaType: `${OCI.layer}+gzip`, digest, size: BLOB.length };
  const open = async (source: MemoryStore = store) => {
    const cache = await newCache(folder);
    const layers = openLayerStore({
      source,
      codec,
      limits: DEFAULT_LIMITS,
      newSpool: spools.newSpool,
      expansion: openExpansionBudget(DEFAULT_LIMITS),
      countEntry: () => {},
      cache,
    });
    const layer = await layers.open({
      descriptor,
      position: 2,
      name: 'layer 3',
      diffId: digestOf(TAR),
    });
    await cache.close();
    return { ...layer, verify: layers.verify, close: layers.close };
  };
  const kept = (kind: string) =>
    keptFiles(join(folder, 'reslim')).filter((file) => file.kind === kind);
  const damage = async (kind: string): Promise<void> => {
    for (const file of kept(kind)) {
      const bytes = await readFile(file.path);
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      await writeFile(file.path, bytes);
    }
  };
  return { open, damage, kept, folder, store };
};

const contents = async ({ bytes }: Pick<Layer, 'bytes'>): Promise<Buffer> => {
  const target = Buffer.alloc(bytes.size);
  await bytes.read(target, 0);
  return target;
};

/** A place that must not be asked. */
const CLOSED: MemoryStore = {
  ...memoryStore(),
  open: () => {
    throw new Error('read again');
  },
};

describe('a layer in the cache', () => {
  test('is not read again', async () => {
    const { open } = await runs();
    const first = await open();
    const again = await open(CLOSED);
    expect(again.entries.map(plainEntry)).toEqual(first.entries.map(plainEntry));
    expect(again.entries).toHaveLength(5);
    expect(again.compression).toBe('gzip');
    expect((await contents(again)).equals(TAR)).toBe(true);
    await again.verify();
    await Promise.all([first, again].map(({ close }) => close()));
  });

  test('is read again when its bytes are gone, and only when they are needed', async () => {
    const { open, folder, store } = await runs();
    await (await open()).close();
    const cache = await newCache(folder);
    await cache.forget('layers', digestOf(TAR));
    await cache.close();
    const unread = await open(CLOSED);
    expect(unread.entries).toHaveLength(5);
    await unread.close();
    const read = await open(store);
    expect((await contents(read)).equals(TAR)).toBe(true);
    await read.close();
  });

  test('is read again when its index is damaged', async () => {
    const { open, damage } = await runs();
    await (await open()).close();
    await damage('indexes');
    const again = await open();
    expect(again.entries).toHaveLength(5);
    await again.verify();
    await again.close();
  });

  test('is found to be damaged before any byte is returned', async () => {
    const { open, damage } = await runs();
    await (await open()).close();
    await damage('layers');
    const again = await open();
    await expect(again.verify()).rejects.toThrow(DamagedCache);
    await again.close();
    // The next run does not meet them again.
    const third = await open();
    expect((await contents(third)).equals(TAR)).toBe(true);
    await third.close();
  });

  test('is hashed once when its blob file is not the one that was read, and then trusted', async () => {
    const { open, kept } = await runs();
    await (await open()).close();
    const [file] = kept('layers');
    // As a copy of the cache has it: another file, another time.
    await writeFile(`${file?.path}.new`, TAR);
    await rename(`${file?.path}.new`, file?.path ?? '');
    const again = await open(CLOSED);
    await again.verify();
    expect((await contents(again)).equals(TAR)).toBe(true);
    await again.close();
  });

  test.each([
    ['cut off', TAR.subarray(0, -512)],
    ['longer', Buffer.concat([TAR, Buffer.alloc(512)])],
  ])('is read again when its file is %s', async (_, bytes) => {
    const { open, kept } = await runs();
    await (await open()).close();
    const [file] = kept('layers');
    await writeFile(file?.path ?? '', bytes);
    const again = await open();
    await again.verify();
    expect((await contents(again)).equals(TAR)).toBe(true);
    await again.close();
  });

  test('is only looked up where its blob is stored on this machine', async () => {
    const { open } = await runs();
    await (await open()).close();
    const local: MemoryStore = {
      ...CLOSED,
      locate: async ({ size }) => ({ path: join(root, 'anywhere'), offset: 0, size }),
    };
    const again = await open(local);
    expect((await contents(again)).equals(TAR)).toBe(true);
    await again.close();
  });

  test.each([
    ['longer', Buffer.concat([BLOB, Buffer.from('!')]), 'more bytes than'],
    ['shorter', BLOB.subarray(0, -1), `only ${BLOB.length - 1} of`],
  ])('is refused when the stored blob is %s', async (_, bytes, message) => {
    const { open } = await runs();
    await (await open()).close();
    const broken = memoryStore();
    broken.blobs.set(digestOf(BLOB), bytes);
    const local = { ...broken, locate: async () => undefined };
    await expect(open(local)).rejects.toMatchObject({
      code: 'mismatch',
      message: expect.stringContaining(message),
    });
  });
});

test('a layer index is read back from the cache as it was', () => {
  const name = fc.string({
    unit: fc.integer({ min: 1, max: 255 }).map((at) => String.fromCharCode(at)),
  });
  const number = fc.nat(2 ** 40);
  const entry = fc.record({
    layer: fc.constant(7),
    path: name,
    type: fc.constantFrom('file', 'directory', 'symlink', 'link', 'character', 'block', 'fifo'),
    offset: number,
    headerSize: number,
    bodySize: number,
    size: number,
    mode: fc.nat(0o7777),
    mtime: fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e10, max: 1e12 }),
    linkTarget: name,
  });
  const head = fc.record({
    offset: number,
    bytes: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  });
  fc.assert(
    fc.property(fc.array(entry), fc.array(head), (entries, heads) => {
      const index = { entries, heads, compression: 'zstd', size: 12, stamp: '1,2,3' } as const;
      const decoded = decodeIndex(encodeIndex(index), 7);
      expect({ ...decoded, entries: decoded.entries.map(plainEntry) }).toEqual(index);
    }),
  );
});
