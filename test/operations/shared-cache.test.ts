import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import type { SlimOptions } from '../../src/api/options.ts';
import type { SlimResult } from '../../src/api/results.ts';
import { ARTIFACT, MAX_INDEX, SIGNATURE } from '../../src/artifact/artifact-type.ts';
import { cacheKeyOf } from '../../src/artifact/cache-key.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { copy } from '../../src/operations/copy.ts';
import { slim } from '../../src/operations/slim.ts';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import {
  digestOf,
  newRepository,
  type Content,
  type Repository,
} from '../support/registry/content.ts';
import { startRegistry, type Registry } from '../support/registry/registry.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { FAST } from '../transport/registry/support/fast.ts';
import { startDistribution, type Distribution } from '../transport/registry/support/servers.ts';

const folder = tempFolder();
const LAYERS = 6;
const noiseOf = () => Array.from({ length: LAYERS }, () => randomBytes(8000).toString('hex'));
const noise = noiseOf();
const junk = noiseOf();
const KEY = randomBytes(32).toString('hex');
const OTHER_KEY = randomBytes(32).toString('hex');

const networkWith = (key: string | undefined) => ({
  env: { PATH: process.env['PATH'], ...(key !== undefined && { RESLIM_CACHE_KEY: key }) },
  home: '/nonexistent',
  settings: FAST,
});

const copyOf = (content: Content): Content =>
  new Map(
    [...content].map(([name, { blobs, manifests, tags }]) => [
      name,
      {
        ...newRepository(),
        blobs: new Map(blobs),
        manifests: new Map(manifests),
        tags: new Map(tags),
      },
    ]),
  );

/** An image of layers that each have a file that goes and one that stays; `last` is in the last one. */
const build = async (name: string, last: string): Promise<string> => {
  const layout = join(folder, name);
  await createLayout(layout);
  const layers = [];
  for (const [at, text] of noise.entries()) {
    const files = [
      `srv/file-${at}=${at === LAYERS - 1 ? last : text}`,
      `junk-${at}=${at === LAYERS - 1 ? 1 : junk[at]}`,
    ];
    if (at === 0) files.push('srv/start=#!/bin/sh');
    layers.push(await putLayer(layout, [await layerTar(entriesOf(files))]));
  }
  const config = { config: { Cmd: ['/srv/start'] } };
  await putImage(layout, '1', { layers, config });
  return `oci:${layout}:1`;
};

interface Slimming extends Partial<SlimOptions> {
  readonly key?: string | undefined;
}

const slimWith = ({ key = KEY, ...options }: Slimming & Pick<SlimOptions, 'source'>) =>
  slim({
    profiles: ['none'],
    squash: 'none',
    drop: ['/junk-*'],
    network: networkWith(key),
    ...options,
  });

let first: string;
let second: string;
beforeAll(async () => {
  first = await build('first', 'one');
  second = await build('second', 'two');
});

describe('a cache in a registry', () => {
  let registry: Registry;
  let layersOfFirst: readonly Digest[];
  /** What the second image becomes without a cache. */
  let expected: string | undefined;
  /** All that the registry has before a test. */
  let before: Content;
  beforeAll(async () => {
    registry = await startRegistry();
    for (const [tag, source] of [first, second].entries())
      await copy({ source, target: named(`app:${tag + 1}`), network: networkWith(undefined) });
    layersOfFirst = layersOf('app', '1');
    expected = await cold();
    await fill();
    before = copyOf(registry.content);
  }, 120_000);
  beforeEach(() => {
    registry.content.clear();
    for (const [name, each] of copyOf(before)) registry.content.set(name, each);
  });
  afterAll(() => registry.close());

  const named = (name: string): string => `docker://${registry.host}/${name}`;
  const repository = (name: string): Repository => registry.content.get(name) as Repository;
  const manifestOf = (name: string, tag: string) => {
    const { manifests, tags } = repository(name);
    return manifests.get(tags.get(tag) as string) as {
      readonly bytes: Buffer;
      readonly mediaType: string;
    };
  };
  const layersOf = (name: string, tag: string): Digest[] =>
    (
      JSON.parse(manifestOf(name, tag).bytes.toString()) as {
        readonly layers: readonly { readonly digest: Digest }[];
      }
    ).layers.map(({ digest }) => digest);
  /** Whoever needs the layers that both images have does not get them. */
  const loseCommonLayers = (): void => {
    const changed = layersOf('app', '2').at(-1);
    for (const digest of layersOfFirst)
      if (digest !== changed) repository('app').blobs.delete(digest);
  };
  const fill = (more: Slimming = {}): Promise<SlimResult> =>
    slimWith({
      source: named('app:1'),
      target: named('slim:1'),
      cacheTo: named('kept:1'),
      ...more,
    });
  const useCache = (more: Slimming = {}): Promise<SlimResult> =>
    slimWith({
      source: named('app:2'),
      target: named('slim:2'),
      cacheFrom: [named('kept:1')],
      ...more,
    });
  const cold = async (more: Slimming = {}): Promise<string | undefined> =>
    (await slimWith({ source: named('app:2'), target: named('cold:2'), ...more })).target?.digest;

  test('makes the image that is made without, and pulls the one layer that changed', async () => {
    loseCommonLayers();
    const { target, notes } = await useCache();
    expect(target?.digest).toBe(expected);
    expect(notes).toEqual([]);
  });

  test.each<Slimming>([{ compression: 'zstd:chunked' }, { compression: 'estargz' }])(
    'spares layers with %j',
    async (how) => {
      await fill(how);
      const digest = await cold(how);
      loseCommonLayers();
      expect((await useCache(how)).target?.digest).toBe(digest);
    },
  );

  test.each<Slimming>([
    { squash: 'all' },
    { squash: 'none' },
    { squash: 'all', compression: 'zstd:chunked' },
    { squash: 'all', compression: 'estargz' },
  ])('spares all of an image that it has, and of the one beside it, with %j', async (how) => {
    const both = { ...how, source: named('app:1'), complement: 'whole' };
    const { target, complement } = await fill(both);
    // The last one is so small that its index is not worth keeping.
    for (const digest of layersOfFirst.slice(0, -1)) repository('app').blobs.delete(digest);
    const again = await useCache({ ...both, target: named('slim:1') });
    expect(again).toMatchObject({ target, complement, notes: [], upToDate: false });
    expect(await cold(both).catch(() => 'nothing')).toBe('nothing');
  });

  test('is an artifact whose blobs the registry keeps, and the same again', async () => {
    const { bytes } = manifestOf('kept', '1');
    const { artifactType, config, layers } = JSON.parse(bytes.toString()) as {
      readonly artifactType: string;
      readonly config: { readonly mediaType: string };
      readonly layers: readonly { readonly mediaType: string }[];
    };
    expect([artifactType, config.mediaType]).toEqual([ARTIFACT.manifest, ARTIFACT.table]);
    // The one layer that is smaller than its index has none.
    const types = Array.from({ length: LAYERS - 1 }, () => ARTIFACT.index);
    expect(layers.map(({ mediaType }) => mediaType)).toEqual(types);
    await fill({ target: named('again:1') });
    expect(manifestOf('kept', '1').bytes.equals(bytes)).toBe(true);
  });

  test('goes on from run to run under one name', async () => {
    const both = { cacheFrom: [named('kept:1')], cacheTo: named('kept:1') };
    loseCommonLayers();
    await useCache(both);
    const { target, notes } = await useCache({ ...both, target: named('slim:3') });
    expect(target?.digest).toBe(expected);
    expect(notes).toEqual([]);
  });

  test.each<[string, Slimming]>([
    ['one layer', { squash: 'all' }],
    ['layers by content', { squash: undefined, layers: 4 }],
    ['zstd', { compression: 'zstd' }],
  ])('changes nothing of %s', async (_, options) => {
    const without = await cold({ ...options, target: named('cold:3') });
    await fill({ ...options, force: true });
    expect((await useCache(options)).target?.digest).toBe(without);
  });

  test('may be in a layout, or not be there yet', async () => {
    const place = `oci:${join(folder, 'kept')}:cache`;
    const filling = { cacheFrom: [place], cacheTo: place, target: named('layout:1') };
    const { notes } = await fill(filling);
    expect(notes).toEqual([]);
    loseCommonLayers();
    expect((await useCache({ cacheFrom: [place], target: named('layout:2') })).target?.digest).toBe(
      expected,
    );
  });

  test('vouches for no layer that was taken from an image of the target', async () => {
    await slimWith({ source: named('app:1'), target: named('slim:2') });
    await slimWith({ source: named('app:2'), target: named('slim:2'), cacheTo: named('kept:2') });
    const { config } = JSON.parse(manifestOf('kept', '2').bytes.toString()) as {
      readonly config: { readonly digest: string };
    };
    const table = repository('kept').blobs.get(config.digest) as Buffer;
    const { layers } = JSON.parse(table.toString()) as { readonly layers: readonly unknown[] };
    expect(layers).toHaveLength(1);
  });

  test('needs a key', async () => {
    const cacheTo = named('other:1');
    await expect(fill({ cacheTo, network: networkWith(undefined) })).rejects.toMatchObject({
      code: 'usage',
      message: '--cache-to needs a key in the environment, RESLIM_CACHE_KEY',
    });
    await expect(fill({ cacheTo, key: 'short' })).rejects.toMatchObject({ code: 'usage' });
    const { notes } = await fill({ cacheTo, key: '' });
    expect(notes).toEqual(['no cache is used: RESLIM_CACHE_KEY is empty']);
    expect(registry.content.has('other')).toBe(false);
  });

  test('takes no name of an image', async () => {
    const message = `a cache cannot have the name of an image: docker://${registry.host}/slim:1`;
    await expect(fill({ cacheTo: named('slim:1') })).rejects.toMatchObject({ message });
    const { bytes } = manifestOf('app', '2');
    const { notes } = await fill({ cacheTo: named('app:2'), force: true });
    expect(notes).toEqual([
      `the cache docker://${registry.host}/app:2 is not written: there is something else, which it would replace`,
    ]);
    expect(manifestOf('app', '2').bytes.equals(bytes)).toBe(true);
    await expect(fill({ cacheTo: 'docker-archive:kept.tar' })).rejects.toMatchObject({
      code: 'usage',
    });
  });

  describe('of layers that hold files of several', () => {
    const ALL = { squash: 'all' } as const;
    const made = (): Digest[] => layersOf('slim', '1');
    const listed = (type: string): Digest[] => {
      const { layers } = JSON.parse(manifestOf('kept', '1').bytes.toString()) as {
        readonly layers: readonly { readonly mediaType: string; readonly digest: Digest }[];
      };
      return layers.flatMap(({ mediaType, digest }) => (mediaType === type ? [digest] : []));
    };
    const change = (digest: Digest, to: (bytes: Buffer) => Buffer | undefined): void => {
      for (const { blobs } of registry.content.values()) {
        const bytes = blobs.get(digest);
        const changed = bytes && to(bytes);
        if (changed) blobs.set(digest, changed);
        else blobs.delete(digest);
      }
    };

    test.each<[string, Slimming]>([
      ['one layer', ALL],
      ['one layer, zstd', { ...ALL, compression: 'zstd' }],
      ['layers by content', { squash: undefined, layers: 4 }],
    ])('pulls the earlier ones in place of their sources: %s', async (_, options) => {
      const without = await cold({ ...options, target: named('cold:3') });
      await fill({ ...options, force: true });
      loseCommonLayers();
      const cacheTo = named('kept:1');
      const { target, notes } = await useCache({ ...options, cacheTo });
      expect(target?.digest).toBe(without);
      expect(notes).toEqual([]);
      // And again from what that left.
      const again = await useCache({ ...options, target: named('slim:3'), force: true });
      expect(again.target?.digest).toBe(without);
    });

    test('has the registry keep them', async () => {
      await fill({ ...ALL, force: true });
      expect(listed(ARTIFACT.contents)).toHaveLength(1);
      expect(listed('application/vnd.oci.image.layer.v1.tar+gzip')).toEqual(made());
    });

    test.each<[string, (bytes: Buffer) => Buffer | undefined]>([
      ['gone', () => undefined],
      ['another', (bytes) => Buffer.from(bytes).fill(0, bytes.length >> 1)],
      ['longer', (bytes) => Buffer.concat([bytes, bytes])],
    ])('goes on where what they are made of, or they themselves, are %s', async (_, to) => {
      const without = await cold({ ...ALL, target: named('cold:3') });
      for (const which of [() => listed(ARTIFACT.contents), made]) {
        await fill({ ...ALL, force: true, cacheFrom: undefined });
        for (const digest of which()) change(digest, to);
        const { target, notes } = await useCache({ ...ALL, target: named('slim:3'), force: true });
        expect(target?.digest).toBe(without);
        expect(notes).toHaveLength(1);
      }
    });
  });

  describe('that somebody has tampered with', () => {
    interface Artifact {
      config: { mediaType: string; digest: string; size: number };
      layers: { mediaType: string; digest: string; size: number }[];
      annotations: Record<string, string>;
      artifactType?: string;
      mediaType: string;
    }
    /** Puts another manifest in the place of the cache. */
    const replace = (bytes: Buffer, mediaType: string): void => {
      const { manifests, tags } = repository('kept');
      const digest = digestOf(bytes);
      manifests.set(digest, { bytes, mediaType, document: {} });
      tags.set('1', digest);
    };
    const edit = (change: (artifact: Artifact) => void): void => {
      const { bytes, mediaType } = manifestOf('kept', '1');
      const artifact = JSON.parse(bytes.toString()) as Artifact;
      change(artifact);
      replace(Buffer.from(JSON.stringify(artifact)), artifact.mediaType || mediaType);
    };
    const putBlob = (bytes: Buffer): { digest: string; size: number } => {
      const digest = digestOf(bytes);
      repository('kept').blobs.set(digest, bytes);
      return { digest, size: bytes.length };
    };
    type Table = Record<'indexes' | 'tars' | 'layers', Record<string, unknown>[]>;
    /** Another table, signed again with a key or with the old signature. */
    const editTable = (change: (table: Table) => void, key?: string): void =>
      edit((artifact) => {
        const old = repository('kept').blobs.get(artifact.config.digest) as Buffer;
        const table = JSON.parse(old.toString()) as Table;
        change(table);
        const bytes = Buffer.from(JSON.stringify(table));
        artifact.config = { ...artifact.config, ...putBlob(bytes) };
        if (key !== undefined) artifact.annotations[SIGNATURE] = cacheKeyOf(key).sign(bytes);
      });
    /** An index of the first layer for all layers: it hides what the others have. */
    const sameIndexForAll = (table: Table): void => {
      const [one] = table.indexes;
      for (const row of table.indexes)
        Object.assign(row, { digest: one?.['digest'], size: one?.['size'] });
    };
    const otherTars = (table: Table): void => {
      const [one] = table.tars;
      for (const row of table.tars) row['diffId'] = one?.['diffId'];
    };
    const eachIndex = (change: (bytes: Buffer) => Buffer | undefined): void => {
      for (const digest of layersOf('kept', '1')) {
        const { blobs } = repository('kept');
        const changed = change(blobs.get(digest) as Buffer);
        if (changed) blobs.set(digest, changed);
        else blobs.delete(digest);
      }
    };
    const bomb = gzipSync(Buffer.alloc(MAX_INDEX + 1));

    test.each<[string, () => void]>([
      ['hides files, signed with another key', () => editTable(sameIndexForAll, OTHER_KEY)],
      ['hides files, with the old signature', () => editTable(sameIndexForAll)],
      ['has other tars', () => editTable(otherTars, OTHER_KEY)],
      ['is not signed', () => edit((artifact) => void (artifact.annotations = {}))],
      [
        'has a signature of another length',
        () => edit(({ annotations }) => void (annotations[SIGNATURE] = 'ff')),
      ],
      ['has a huge table', () => edit(({ config }) => void (config.size = 2 ** 50))],
      ['has a table of another size', () => edit(({ config }) => void config.size--)],
      [
        'has lost its table',
        () => edit(({ config }) => void repository('kept').blobs.delete(config.digest)),
      ],
      [
        'is of another type',
        () => edit((artifact) => void (artifact.artifactType = 'application/x')),
      ],
      [
        'is of another version',
        () => edit((artifact) => void (artifact.artifactType = `${ARTIFACT.manifest}0`)),
      ],
      [
        'is an index',
        () =>
          replace(
            Buffer.from('{"schemaVersion":2,"manifests":[]}'),
            'application/vnd.oci.image.index.v1+json',
          ),
      ],
      [
        'is no JSON',
        () =>
          replace(Buffer.from('{"schemaVersion":2,'), 'application/vnd.oci.image.manifest.v1+json'),
      ],
      [
        'is nested deeply',
        () =>
          replace(
            Buffer.from(`{"layers":${'['.repeat(100_000)}`),
            'application/vnd.oci.image.manifest.v1+json',
          ),
      ],
      [
        'has other indexes',
        () => eachIndex((bytes) => Buffer.from(bytes).fill(0, bytes.length >> 1)),
      ],
      ['has longer indexes', () => eachIndex((bytes) => Buffer.concat([bytes, bytes]))],
      ['has lost its indexes', () => eachIndex(() => undefined)],
      // Whoever has the key may sign what is not so; bounds are kept all the same.
      [
        'has indexes without end',
        () =>
          editTable(
            ({ indexes }) => indexes.forEach((row) => Object.assign(row, putBlob(bomb))),
            KEY,
          ),
      ],
      [
        'has huge indexes',
        () => editTable(({ indexes }) => indexes.forEach((row) => (row['size'] = 2 ** 50)), KEY),
      ],
      [
        'has indexes that are none',
        () =>
          editTable(
            ({ indexes }) =>
              indexes.forEach((row) => Object.assign(row, putBlob(gzipSync('none')))),
            KEY,
          ),
      ],
      [
        'has a table that is none',
        () => editTable((table) => void (table.indexes = [{ key: 1 }]), KEY),
      ],
    ])('%s', async (_, tamper) => {
      tamper();
      const { target, notes } = await useCache();
      expect(target?.digest).toBe(expected);
      expect(notes).toHaveLength(1);
    });
  });
});

describe.runIf(requireTools('docker-registry'))('a cache in CNCF distribution', () => {
  let registry: Distribution;
  beforeAll(async () => {
    registry = await startDistribution({ accessLog: true, isInMemory: true });
  });
  afterAll(() => registry.close());

  test('spares the layers that did not change', { timeout: 120_000 }, async () => {
    const named = (name: string): string => `docker://${registry.host}/${name}`;
    const sources = [named('app:1'), named('app:2')] as const;
    await copy({ source: first, target: sources[0] });
    await copy({ source: second, target: sources[1] });
    const cache = { cacheFrom: [named('app/cache:1')], cacheTo: named('app/cache:1') };
    await slimWith({ source: sources[0], target: named('slim:1'), ...cache });
    const before = registry.requests?.().length;
    const result = await slimWith({ source: sources[1], target: named('slim:2'), ...cache });
    // The log is written after the answer.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const pulled = (registry.requests?.() ?? [])
      .slice(before)
      .filter((line) => line.startsWith('GET /v2/app/blobs/'));
    // The config and one layer.
    expect(pulled).toHaveLength(2);
    const cold = await slimWith({ source: sources[1], target: named('cold:2') });
    expect(result.target?.digest).toBe(cold.target?.digest);
    expect(result.notes).toEqual([]);
  });
});
