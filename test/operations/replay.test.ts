import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import type { SlimOptions } from '../../src/api/options.ts';
import { openRuntime } from '../../src/operations/runtime.ts';
import { slim } from '../../src/operations/slim.ts';
import { layerTar } from '../support/layer-tar.ts';
import { differences, flatten } from '../support/layout.ts';
import { tempFolder } from '../support/temp-folder.ts';

/*
 * What an earlier run made is written again from the cache: the same bytes, for each way of writing an image, with a cache that
 * is empty, full or damaged.
 */

const root = tempFolder();
let count = 0;
const newFolder = (): string => join(root, `${count++}`);

/** Text that compresses as text does, a different one for each seed. */
const text = (seed: number, size: number): string => {
  let state = seed + 1;
  let out = '';
  while (out.length < size) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    out += `value${state % 977} = ${state.toString(36)}\n`;
  }
  return out;
};

const FILES = 160;

/** Two layers of many files, in one of which the 150th says something else, and logs to remove. */
const makeImage = async (said: string): Promise<string> => {
  const layout = newFolder();
  await createLayout(layout);
  const base = await layerTar([
    { name: 'var/log/one.log', body: text(1, 300_000) },
    ...Array.from({ length: FILES }, (_, at) => ({
      name: `usr/lib/module-${at}.txt`,
      body: at === FILES / 2 ? said : text(at, 20_000),
    })),
  ]);
  const app = await layerTar([
    { name: 'srv/app', body: 'run' },
    { name: 'var/log/two.log', body: 'x' },
  ]);
  const layers = [await putLayer(layout, [base]), await putLayer(layout, [app])];
  await putImage(layout, '1', { layers, config: { config: { Cmd: ['/srv/app'] } } });
  return layout;
};

let image: string;
let changed: string;
beforeAll(async () => {
  image = await makeImage('first');
  changed = await makeImage('second');
}, 60_000);

const filesIn = (cache: string, kind: string): string[] => {
  const folder = join(cache, kind);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name));
};

/** Changes a byte in the middle. */
const damage = (path: string): void => {
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(path, bytes);
};

/** A copy in which no layer can be read. */
const withDamagedLayers = (layout: string): string => {
  const copy = newFolder();
  cpSync(layout, copy, { recursive: true });
  const blobs = join(copy, 'blobs/sha256');
  for (const path of readdirSync(blobs).map((name) => join(blobs, name)))
    if (readFileSync(path)[0] === GZIP) writeFileSync(path, Buffer.alloc(statSync(path).size));
  return copy;
};

const GZIP = 0x1f;

describe.each<[string, Partial<SlimOptions>]>([
  ['zstd:chunked', { compression: 'zstd:chunked' }],
  ['estargz', { compression: 'estargz' }],
  ['another image beside', { complement: 'whole' }],
  ['layers by content and another image', { complement: 'whole', layers: 4 }],
])('the cache with %s', (_, how) => {
  const slimmed = async (source: string, cache?: string) => {
    const runtime = await openRuntime(cache === undefined ? {} : { cache: { folder: cache } });
    onTestFinished(() => runtime.close());
    const target = newFolder();
    const names = { source: `oci:${source}:1`, target: `oci:${target}:1` };
    const rules = { profiles: ['none'], drop: ['/var/log/**'] };
    const result = await slim({ ...names, ...rules, ...how, runtime });
    return {
      target,
      made: { slim: result.target?.digest, complement: result.complement, images: result.images },
    };
  };

  test('gives the same cold, warm and without, and reads no layer again', async () => {
    const cache = newFolder();
    const { made } = await slimmed(image);
    expect((await slimmed(image, cache)).made).toEqual(made);
    expect((await slimmed(image, cache)).made).toEqual(made);
    const { made: again, target } = await slimmed(withDamagedLayers(image), cache);
    expect(again).toEqual(made);
    if (how.complement !== undefined)
      expect(differences(await flatten(image, '1'), await flatten(target, 'whole'))).toEqual([]);
    else expect((await flatten(target, '1')).length).toBeGreaterThan(FILES);
  });

  test.each<[string, string, (path: string) => void]>([
    ['images', 'damaged', damage],
    ['runs', 'damaged', damage],
    ['runs', 'gone', rmSync],
  ])('gives the same where its %s are %s', async (kind, _how, harm) => {
    const cache = newFolder();
    const { made } = await slimmed(image, cache);
    const there = filesIn(cache, kind);
    expect(there.length).toBeGreaterThan(0);
    for (const path of there.slice(there.length >> 1)) harm(path);
    for (const each of ['damaged', 'mended'])
      expect((await slimmed(image, cache)).made, each).toEqual(made);
  });

  test('gives the same after a change of one file, of which little is compressed', async () => {
    const cache = newFolder();
    await slimmed(image, cache);
    const before = new Set(filesIn(cache, 'runs'));
    const { made } = await slimmed(changed);
    expect((await slimmed(changed, cache)).made).toEqual(made);
    const fresh = filesIn(cache, 'runs').filter((path) => !before.has(path));
    expect(before.size).toBeGreaterThan(3);
    expect(fresh.length).toBeGreaterThan(0);
    expect(fresh.length).toBeLessThanOrEqual(3);
  });
});
