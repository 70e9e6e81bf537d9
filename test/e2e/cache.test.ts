import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { layerTar } from '../support/layer-tar.ts';
import { runReslimSmall, runReslimWith, type Run } from '../support/run-reslim.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = tempFolder();

/** Source text that compresses as source text does: words, some of them again. */
const text = (seed: number, size: number): string => {
  let state = seed + 1;
  let out = '';
  while (out.length < size) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    out += `const value${state % 977} = ${state.toString(36)};\n`;
  }
  return out;
};

const base = await layerTar([
  { name: 'etc/os-release', body: 'ID=debian\n' },
  { name: 'var/cache/apt/pkgcache.bin', body: text(1, 500_000) },
  ...Array.from({ length: 300 }, (_, at) => ({
    name: `usr/lib/module-${at}/index.js`,
    body: text(at, 20_000),
  })),
]);

/** An image of two layers, the upper one with a file that says `said`. */
const makeImage = async (name: string, said: string): Promise<string> => {
  const folder = join(root, name);
  await createLayout(folder);
  const app = await layerTar([{ name: 'srv/app.js', body: said }]);
  const layers = [await putLayer(folder, [base]), await putLayer(folder, [app])];
  await putImage(folder, 'latest', { layers, config: {} });
  return folder;
};

const image = await makeImage('image', 'say(1)');
const changed = await makeImage('changed', 'say(2)');
let count = 0;

const envOf = (cache: string | undefined): Readonly<Record<string, string>> =>
  cache ? { RESLIM_NO_CACHE: '', XDG_CACHE_HOME: join(root, cache) } : { RESLIM_NO_CACHE: '1' };

const slim = async (
  cache: string | undefined,
  source: string,
  ...flags: readonly string[]
): Promise<{ readonly digest: string; readonly target: string; readonly run: Run }> => {
  const target = join(root, `target-${count++}`);
  const run = await runReslimWith(envOf(cache), source, '-o', target, '--json', ...flags);
  return { digest: JSON.parse(run.stdout).target.digest, target, run };
};

const filesIn = (cache: string, kind: string): string[] => {
  const folder = join(root, cache, 'reslim', kind);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name));
};

describe.each([
  ['gzip', []],
  ['zstd', ['--compression', 'zstd']],
  ['layer by layer', ['--squash', 'none', '--drop', '/usr/lib/module-5']],
] as const)('the cache with %s', (name, flags) => {
  test('gives the same digest cold, warm, and without a cache', async () => {
    const { digest } = await slim(undefined, image, ...flags);
    for (const each of ['cold', 'warm', 'warm again'])
      expect((await slim(name, image, ...flags)).digest, each).toBe(digest);
  });

  test('gives the same digest as without a cache after a change, from few new blocks', async () => {
    const before = new Set(filesIn(name, 'runs'));
    const { digest } = await slim(undefined, changed, ...flags);
    expect((await slim(name, changed, ...flags)).digest).toBe(digest);
    const fresh = filesIn(name, 'runs').filter((path) => !before.has(path));
    // Layer by layer, the one that changed keeps the blob it came with.
    expect(fresh.length > 0).toBe(name !== 'layer by layer');
    expect(fresh.length).toBeLessThanOrEqual(3);
    expect(before.size).toBeGreaterThan(3);
  });
});

describe('damage', () => {
  const flip = (path: string): void => {
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(path, bytes);
  };

  test.each(['images', 'indexes', 'layers', 'runs'])(
    'to cached %s changes nothing but time',
    async (kind) => {
      const cache = `damaged-${kind}`;
      const { digest } = await slim(cache, image);
      // What becomes of an image is known at once as long as that is there.
      if (kind === 'layers' || kind === 'indexes')
        rmSync(join(root, cache, 'reslim/images'), { recursive: true });
      for (const path of filesIn(cache, kind)) flip(path);
      expect((await slim(cache, image)).digest).toBe(digest);
      expect((await slim(cache, image)).digest).toBe(digest);
    },
  );

  test('that takes blocks away makes them be written again', async () => {
    const { digest } = await slim('gone', image);
    for (const path of filesIn('gone', 'runs').slice(2)) rmSync(path);
    expect((await slim('gone', image)).digest).toBe(digest);
  });

  test('to layers does not show in what a dry run reports', async () => {
    const folder = join(root, 'secret image');
    await createLayout(folder);
    const key = '-----BEGIN OPENSSH PRIVATE KEY-----\n';
    const layers = [
      await putLayer(folder, [await layerTar([{ name: 'root/.ssh/id_rsa', body: key }])]),
      await putLayer(folder, [await layerTar([{ name: 'root/.ssh/.wh.id_rsa', body: '' }])]),
    ];
    await putImage(folder, 'latest', { layers, config: {} });
    const notesOf = async (cache: string | undefined): Promise<unknown> => {
      const run = await runReslimWith(envOf(cache), folder, '--dry-run', '--json');
      return JSON.parse(run.stdout).notes;
    };
    const notes = await notesOf(undefined);
    expect(notes).toEqual([expect.stringContaining('/root/.ssh/id_rsa')]);
    expect(await notesOf('dry')).toEqual(notes);
    for (const path of filesIn('dry', 'layers')) {
      const bytes = readFileSync(path, 'latin1');
      writeFileSync(path, bytes.replace('PRIVATE', 'XXXXXXX'), 'latin1');
    }
    expect(await notesOf('dry')).toEqual(notes);
  });

  describe('to the source', () => {
    /** A copy of the image, and where its largest layer lies there. */
    const copyImage = (name: string): { readonly copy: string; readonly layer: string } => {
      const copy = join(root, name);
      cpSync(image, copy, { recursive: true });
      const blobs = join(copy, 'blobs/sha256');
      const [largest] = readdirSync(blobs)
        .map((blob) => ({ blob, size: statSync(join(blobs, blob)).size }))
        .sort((a, b) => b.size - a.size);
      return { copy, layer: join(blobs, largest?.blob ?? '') };
    };
    const carrying = ['--squash', 'none', '--drop', '/srv/app.js'];
    const otherWords = ['--drop', '/usr/lib/module-9'];

    test.each([
      ['gone', (path: string) => rmSync(path), /^error: no such file, blob/],
      ['cut off', (path: string) => truncateSync(path, 1000), /^error: only 1000 of /],
    ])('is reported when a layer is %s, as without a cache', async (name, damage, message) => {
      const cache = `source ${name}`;
      await slim(cache, image);
      const { copy, layer } = copyImage(`copy ${name}`);
      damage(layer);
      const told = { code: 1, stderr: expect.stringMatching(message) };
      await expect(slim(undefined, copy)).rejects.toMatchObject(told);
      await expect(slim(cache, copy)).rejects.toMatchObject(told);
      await expect(slim(cache, copy, ...otherWords)).rejects.toMatchObject(told);
    });

    test('is not noticed where nothing of the layer is read', async () => {
      const { digest } = await slim('unread', image);
      const { copy, layer } = copyImage('copy unread');
      flip(layer);
      expect((await slim('unread', copy)).digest).toBe(digest);
      const { digest: other } = await slim(undefined, image, ...otherWords);
      expect((await slim('unread', copy, ...otherWords)).digest).toBe(other);
    });

    test('is reported for a layer that is carried', async () => {
      await slim('carried', image, ...carrying);
      const { copy, layer } = copyImage('copy carried');
      flip(layer);
      const told = { code: 1, stderr: expect.stringMatching(/^error: .*digest/) };
      await expect(slim('carried', copy, ...carrying)).rejects.toMatchObject(told);
    });
  });
});

describe('with --squash none', () => {
  const flags = ['--squash', 'none', '--profile', 'none'];
  /** The lower layer takes 6 MB when it is unpacked. */
  const plan = async (cache: string | undefined, source: string, ...others: readonly string[]) => {
    const { stdout } = await runReslimSmall(
      512,
      envOf(cache),
      source,
      '--dry-run',
      '--json',
      ...others,
    );
    return JSON.parse(stdout);
  };

  test('layers that stay are not written to the temp folder', async () => {
    for (const cache of [undefined, 'no disk'])
      expect(await plan(cache, image, ...flags)).toMatchObject({ changed: false });
    await expect(plan(undefined, image, '--profile', 'none')).rejects.toThrow('EFBIG');
  });

  test('the indexes of layers that stay are cached, and nothing else is read again', async () => {
    const { target } = await slim(undefined, image, ...flags);
    const { digest } = await slim('index', target, ...flags);
    expect(filesIn('index', 'layers')).toEqual([]);
    expect(filesIn('index', 'indexes')).toHaveLength(2);
    const copy = join(root, 'copy index');
    cpSync(target, copy, { recursive: true });
    const blobs = join(copy, 'blobs/sha256');
    for (const path of readdirSync(blobs).map((name) => join(blobs, name)))
      if (readFileSync(path)[0] === GZIP) writeFileSync(path, Buffer.alloc(statSync(path).size));
    expect(await plan('index', copy, ...flags)).toMatchObject({ source: { digest } });
    await expect(plan(undefined, copy, ...flags)).rejects.toThrow('error: bytes have digest');
  });
});

/** How gzip data begins. */
const GZIP = 0x1f;

test('a rule that is added changes a cached result', async () => {
  await slim('rules', image);
  const { run } = await slim('rules', image, '--drop', '/usr/lib/module-7');
  expect(run.stdout).toContain('/usr/lib/module-7/index.js');
});

test('reslim cache lists the cache, and prune empties it', async () => {
  await slim('prune', image);
  const env = { XDG_CACHE_HOME: join(root, 'prune') };
  const { stdout } = await runReslimWith(env, 'cache');
  expect(stdout).toMatch(/^\/.*\/prune\/reslim\n\nimages +[\d.]+ [kM]?B {2}1 file\n/);
  expect(stdout).toMatch(/\nin all +[\d.]+ MB\n$/);
  expect((await runReslimWith(env, 'cache', 'prune')).stdout).toMatch(
    /^\d+ files removed, .* free\n$/,
  );
  expect((await runReslimWith(env, 'cache')).stdout).toMatch(/\nin all +0 B\n$/);
});
