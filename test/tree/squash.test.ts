import { expect, test } from 'vitest';
import { squashLayers } from '../../src/tree/squash.ts';
import { pathOf, typeOf, walk } from '../../src/tree/node.ts';
import { openLayers, openSpools } from '../support/memory.ts';
import { entriesOf, layerTar } from '../support/layer-tar.ts';

/** What a container would see: one line a name, bodies read from the layers. */
const squashed = async (...layers: string[][]): Promise<string[]> => {
  const spools = await openSpools();
  const opened = await openLayers(
    await Promise.all(layers.map((lines) => layerTar(entriesOf(lines)))),
    spools.newSpool,
  );
  const tree = squashLayers(opened.map(({ entries }) => entries));
  const lines: string[] = [];
  for (const [path, node] of walk(tree.root)) {
    expect(pathOf(node)).toBe(path);
    if (path === '') continue;
    if (node.children) lines.push(`${path}/`);
    else if (typeOf(node) === 'symlink') lines.push(`${path}->${node.entry?.linkTarget}`);
    else {
      const entry = node.entry;
      const body = Buffer.alloc(entry?.bodySize ?? 0);
      if (entry) await opened[entry.layer]?.bytes.read(body, entry.offset + entry.headerSize);
      lines.push(`${path}=${body.toString()}`);
    }
  }
  await Promise.all(opened.map(({ bytes }) => bytes.close()));
  await spools.close();
  return lines;
};

test('a folder deleted and made again in one layer has the new contents only, in any order', async () => {
  const base = ['d/', 'd/old=1'];
  expect(await squashed(base, ['.wh.d', 'd/', 'd/new=2'])).toEqual(['d/', 'd/new=2']);
  expect(await squashed(base, ['d/', 'd/new=2', '.wh.d'])).toEqual(['d/', 'd/new=2']);
});

test('a folder that was replaced on the way is not written to again', async () => {
  const layer = ['d/', 'd/sub/', 'd/sub/a=1', 'd=2', 'd/sub/b=3'];
  expect(await squashed(layer)).toEqual(['d/', 'd/sub/', 'd/sub/b=3']);
  expect(await squashed(['d/sub/a=1'], ['d/sub/c=2', 'd/sub=3', 'd/sub/b=4'])).toEqual([
    'd/',
    'd/sub/',
    'd/sub/b=4',
  ]);
});

test('an opaque whiteout hides lower layers only, wherever it is in its layer', async () => {
  const base = ['d/', 'd/old=1', 'd/sub/', 'd/sub/x=1'];
  expect(await squashed(base, ['d/', 'd/new=2', 'd/.wh..wh..opq'])).toEqual(['d/', 'd/new=2']);
  expect(await squashed(base, ['d/', 'd/.wh..wh..opq', 'd/new=2'])).toEqual(['d/', 'd/new=2']);
});

test('replacing or deleting one name of a file never changes another', async () => {
  const base = ['a=OLD', 'b=>a'];
  expect(await squashed(base, ['a=NEW'])).toEqual(['a=NEW', 'b=OLD']);
  expect(await squashed(base, ['.wh.a'])).toEqual(['b=OLD']);
  expect(await squashed(base, ['.wh.b', 'a=NEW'])).toEqual(['a=NEW']);
});

test('a hard link may have its target in a lower layer, or after it in its own', async () => {
  expect(await squashed(['x=1'], ['y=>x'])).toEqual(['x=1', 'y=1']);
  expect(await squashed(['y=>x', 'x=1'])).toEqual(['x=1', 'y=1']);
});

test('a hard link without a file behind it is refused', async () => {
  await expect(squashed(['y=>x'])).rejects.toThrow(
    'hard link /y to /x, which is not a file, layer 1 of 1',
  );
  await expect(squashed(['d/', 'y=>d'])).rejects.toThrow('which is not a file');
  await expect(squashed(['x=>x'])).rejects.toThrow('which is not a file');
});

test('names with .wh. inside are plain files', async () => {
  expect(await squashed(['notes.wh.txt=1', 'a.wh./', 'a.wh./b=2'])).toEqual([
    'a.wh./',
    'a.wh./b=2',
    'notes.wh.txt=1',
  ]);
});

test('an entry below the symlink of a lower layer makes a folder of it', async () => {
  expect(await squashed(['usr/', 'usr/lib/', 'usr/lib/a=1', 'lib->usr/lib'], ['lib/x=2'])).toEqual([
    'lib/',
    'lib/x=2',
    'usr/',
    'usr/lib/',
    'usr/lib/a=1',
  ]);
});

test('an entry replaces a lower one of another type', async () => {
  expect(await squashed(['a/', 'a/x=1', 'b=1'], ['a=2', 'b/', 'b/y=3'])).toEqual([
    'a=2',
    'b/',
    'b/y=3',
  ]);
});

test('the last of duplicate entries of one layer wins', async () => {
  expect(await squashed(['a=1', 'b=>a', 'a=2'])).toEqual(['a=2', 'b=1']);
});

test('a whiteout without a name or with entries below it is refused', async () => {
  await expect(squashed(['d/', 'd/.wh.=1'])).rejects.toThrow(
    'a whiteout with an invalid name: /d/.wh.',
  );
  await expect(squashed(['.wh.d/x=1'])).rejects.toThrow('a whiteout with something below it');
});
