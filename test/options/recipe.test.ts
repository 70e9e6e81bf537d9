import { expect, test } from 'vitest';
import type { SlimOptions } from '../../src/api/options.ts';
import { VERSION } from '../../src/base/version.ts';
import { provenanceOptions, recipeOf } from '../../src/options/recipe.ts';

/*
 * Recipes are part of images: a word that is spelled in another way makes other digests of the same
 * image. New options may add words, but only where they are used.
 */

const recipe = (options: Partial<SlimOptions>): string => {
  const [name, version, ...words] = recipeOf({ source: 's', ...options }).split(' ');
  expect([name, version]).toEqual(['reslim', VERSION]);
  return words.join(' ');
};

test('the recipe names defaults', () => {
  expect(recipe({})).toBe('profile=auto level=safe squash=all compression=keep');
});

test('the recipe names every option that shapes bytes', () => {
  expect(
    recipe({
      profiles: ['auto', 'python'],
      profileFiles: ['/home/me/own.yaml', '/home/me/other.yaml'],
      level: 'lean',
      keep: ['/a', '/b/**'],
      drop: ['/c'],
      strip: true,
      upx: { args: ['--best', '--lzma'], brute: true, goal: 'unpacked' },
      dedupe: true,
      squash: 'none',
      compression: 'zstd',
      compressionLevel: 19,
      timestamp: 1_700_000_000,
    }),
  ).toBe(
    'profile=auto,python profile-file=2 level=lean keep=/a,/b/** drop=/c strip=true upx=--best,--lzma,--brute,unpacked dedupe=true squash=none compression=zstd compression-level=19 timestamp=1700000000',
  );
});

test.each<[Partial<SlimOptions>, string]>([
  [{ upx: true }, 'upx=true'],
  [{ upx: {} }, 'upx=true'],
  [{ upx: { args: [] } }, 'upx=true'],
  [{ upx: { goal: 'compressed' } }, 'upx=compressed'],
  [{ upx: { brute: true } }, 'upx=--brute'],
  [{ compressionLevel: 0 }, 'compression-level=0'],
  [{ timestamp: 0 }, 'timestamp=0'],
])('%j adds %s to the recipe', (options, word) => {
  expect(recipe(options).split(' ')).toContain(word);
});

test('the recipe names edits, without values that may be secret', () => {
  expect(
    recipe({
      edits: {
        env: { A: 'secret', B: '' },
        unsetEnv: ['C', 'D'],
        labels: { l: 'secret' },
        entrypoint: 'app --password secret',
        cmd: [],
        user: 'app',
        workdir: '',
        healthcheck: 'CMD secret',
        created: 0,
        scrubBuildArgs: true,
        platforms: ['linux/arm64'],
      },
    }),
  ).toBe(
    `${recipe({})} env=A,B unset-env=C,D label=l entrypoint=set cmd=cleared user=app workdir=cleared healthcheck=set created=0 scrub-build-args=true edit-platform=linux/arm64`,
  );
  expect(recipe({ edits: { env: {}, unsetEnv: [] } })).toBe(recipe({}));
});

test('options that shape no bytes, or are off, add nothing to the recipe', () => {
  expect(
    recipe({
      target: 't',
      dryRun: true,
      profileFiles: [],
      keep: [],
      drop: [],
      strip: false,
      upx: false,
      dedupe: false,
      platform: 'linux/arm64',
      maxSize: 5,
      attest: true,
      explain: ['/a'],
      limits: { layerCount: 1 },
      network: { retries: 1 },
    }),
  ).toBe(recipe({}));
});

test('provenance names the platform and globs one by one, in this order', () => {
  const options = { source: 's', keep: ['/a'], drop: ['/b', '/c'], platform: 'linux/arm64' };
  expect(JSON.stringify(provenanceOptions(options))).toBe(
    JSON.stringify({
      recipe: recipeOf(options),
      platform: 'linux/arm64',
      keep: ['/a'],
      drop: ['/b', '/c'],
    }),
  );
  expect(provenanceOptions({ source: 's', keep: [] })).toEqual({
    recipe: recipeOf({ source: 's' }),
  });
});
