import { beforeAll, expect, test } from 'vitest';
import { openFiles, type Files } from '../../src/cli/explore/model/files.ts';
import { DEFAULT_LIMITS, explore, openRuntime, type ExploredImage } from '../../src/index.ts';
import { exploreSample, placeOf } from '../cli/explore/support/explored-image.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();
let image: ExploredImage;
let files: Files;
beforeAll(async () => {
  image = await exploreSample(folder);
  files = openFiles(image);
}, 60_000);

/** All names of a path, with the layer that made each and the one that hides it. */
const namesOf = (path: string): object[] => {
  const { tree } = image;
  const found = [];
  for (let at = 0; at < files.count; at++)
    if (files.pathOf(at) === path)
      found.push({ layer: tree.layers[at], hiddenBy: tree.hiddenBy[at], size: tree.sizes[at] });
  return found;
};

test('what layers hide is there beside what a container sees', () => {
  expect(namesOf('app/old')).toEqual([
    { layer: 2, hiddenBy: 0, size: 0 },
    { layer: 1, hiddenBy: 2, size: 300 },
  ]);
  expect(namesOf('app/gone')).toEqual([{ layer: 1, hiddenBy: 2, size: 500 }]);
  expect(image.tree.wasted.get(placeOf(files, 'app/gone'))).toEqual({ reason: 'deleted', by: 2 });
});

test('a file with two names counts once', () => {
  const { hardLinks, sizes } = image.tree;
  const [also, old] = [placeOf(files, 'app/also'), placeOf(files, 'app/old')];
  expect(sizes[also]).toBe(400);
  expect([...hardLinks]).toEqual([[old, also]]);
});

test('sizes add up to those of the analysis', () => {
  const { sizes, hiddenBy } = image.tree;
  const sum = (isCounted: (at: number) => boolean): number =>
    sizes.reduce((total, size, at) => (isCounted(at) ? total + size : total), 0);
  const { waste, fileSize, contentSize } = image.analysis;
  expect(sum((at) => hiddenBy[at] === 0)).toBe(fileSize);
  expect(sum((at) => hiddenBy[at] !== 0)).toBe(waste.total - waste.copies);
  expect(sum(() => true)).toBe(contentSize);
});

test('every name has its owner, mode, target, and the decision of each level', () => {
  const { tree } = image;
  const su = placeOf(files, 'app/su');
  expect([tree.uids[su], tree.gids[su], tree.modes[su]]).toEqual([7, 8, 0o4755]);
  expect(tree.targets.get(placeOf(files, 'app/link'))).toBe('main');
  const decisionAt = (level: 'safe' | 'lean', path: string) =>
    tree.decisions[tree.verdicts[level][placeOf(files, path)] as number];
  expect(decisionAt('safe', 'var/log/app.log')).toMatchObject({ action: 'drop', id: 'base/logs' });
  expect(decisionAt('safe', 'usr/share/doc/x/readme')?.action).not.toBe('drop');
  expect(decisionAt('lean', 'usr/share/doc/x/readme')).toMatchObject({ action: 'drop' });
});

test('what the config starts is pinned, and says how it is used', () => {
  const { tree } = image;
  const main = placeOf(files, 'app/main');
  expect(tree.pinned.get(main)).toBe('it is the entrypoint of the config');
  expect(tree.users[main]).toBe(-1);
  expect(tree.usages[tree.usedHow[main] as number]).toBe('entrypoint of the config starts');
  expect(tree.users[placeOf(files, 'data/a.bin')]).toBe(-2);
});

test('equal contents are told with the file that counts', () => {
  expect(image.tree.wasted.get(placeOf(files, 'data/b.bin'))).toEqual({
    reason: 'copies',
    copyOf: '/data/a.bin',
  });
});

test('a second time everything comes from the cache, the same', async () => {
  const cache = tempFolder();
  const again = async (): Promise<ExploredImage> => {
    const runtime = await openRuntime({ cache: { folder: cache } });
    try {
      return await explore({ source: `oci:${folder}/app:1.0`, runtime });
    } finally {
      await runtime.close();
    }
  };
  expect(await again()).toEqual(image);
  expect(await again()).toEqual(image);
});

test('limits hold', async () => {
  const limits = { ...DEFAULT_LIMITS, entryCount: 5 };
  await expect(explore({ source: `oci:${folder}/app:1.0`, limits })).rejects.toMatchObject({
    code: 'limit',
  });
});
