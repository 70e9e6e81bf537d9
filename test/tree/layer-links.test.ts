import { expect, test } from 'vitest';
import { squashLayers, type Tree } from '../../src/tree/squash.ts';
import { typeOf, walk } from '../../src/tree/node.ts';
import { DEFAULT_LIMITS } from '../../src/base/limits.ts';
import type { Entry } from '../../src/layer/entry.ts';
import { entriesOf, layerTar, type TestEntry } from '../support/layer-tar.ts';
import { readTar } from '../support/read-tar.ts';

/*
 * The rows are what docs/layer-rules.md says of Docker and Podman with overlay, containerd and umoci, which
 * were all given the same layers.
 */

const merge = async (layers: readonly (readonly string[])[]): Promise<Tree> =>
  squashLayers(
    await Promise.all(
      layers.map(async (lines, layer) =>
        readTar(await layerTar(entriesOf(lines))).map((entry) => ({ ...entry, layer })),
      ),
    ),
  );

/** One line a name; `=>` and the first name of a file for each further one. */
const linesOf = ({ root }: Tree): string[] => {
  const first = new Map<unknown, string>();
  return [...walk(root)].slice(1).map(([path, node]) => {
    if (node.children) return `${path}/`;
    const known = first.get(node.entry);
    if (known !== undefined) return `${path}=>${known}`;
    first.set(node.entry, path);
    return typeOf(node) === 'symlink' ? `${path}->${node.entry?.linkTarget}` : path;
  });
};

const USR = ['usr/', 'usr/lib/', 'usr/lib/x', 'lib->usr/lib'];

test.each<[string, string[][], string[]]>([
  ['an absolute one', [['etc/', 'l->/etc', 'l/f']], ['etc/', 'etc/f', 'l->/etc']],
  [
    'one that climbs out of the root',
    [['etc/', 'a/', 'a/l->../../../etc', 'a/l/f']],
    ['a/', 'a/l->../../../etc', 'etc/', 'etc/f'],
  ],
  [
    'a relative one in a folder',
    [['etc/', 'a/b/', 'a/b/l->../../etc', 'a/b/l/f']],
    ['a/', 'a/b/', 'a/b/l->../../etc', 'etc/', 'etc/f'],
  ],
  ['one to the root', [['d/', 'd/l->/', 'd/l/f']], ['d/', 'd/l->/', 'f']],
  ['one to its own folder', [['d/', 'd/l->.', 'd/l/f']], ['d/', 'd/f', 'd/l->.']],
  ['one over another', [['c/', 'b->c', 'a->b', 'a/f']], ['a->b', 'b->c', 'c/', 'c/f']],
  [
    'one that lies behind another',
    [['a/', 'b/', 'l->a', 'l/m->../b', 'l/m/f']],
    ['a/', 'a/m->../b', 'b/', 'b/f', 'l->a'],
  ],
  [
    'one to a folder of a lower layer',
    [['etc/'], ['l->/etc', 'l/f']],
    ['etc/', 'etc/f', 'l->/etc'],
  ],
  ['one to nothing, which is made', [['l->/etc', 'l/f']], ['etc/', 'etc/f', 'l->/etc']],
  ['one whose folder comes later', [['l->/e', 'l/f', 'e/', 'e/g']], ['e/', 'e/f', 'e/g', 'l->/e']],
  [
    'one in the place of a lower folder',
    [
      ['d/', 'd/x'],
      ['e/', 'd->e', 'd/f'],
    ],
    ['d->e', 'e/', 'e/f'],
  ],
  [
    'one made anew',
    [
      ['etc/', 'l->etc'],
      ['l->etc', 'etc/', 'l/f'],
    ],
    ['etc/', 'etc/f', 'l->etc'],
  ],
  ['a hard link to one', [['e/', 'l->e', 'h=>l', 'h/f']], ['e/', 'e/f', 'h->e', 'l=>h']],
])('a symlink of the same layer is followed: %s', async (_, layers, expected) => {
  expect(linesOf(await merge(layers))).toEqual(expected);
});

test('folders, symlinks and folders that nothing describes are made behind a symlink of the layer', async () => {
  expect(linesOf(await merge([['etc/', 'l->/etc', 'l/d/', 'l/d/x', 'l/s->x', 'l/m/f']]))).toEqual([
    'etc/',
    'etc/d/',
    'etc/d/x',
    'etc/m/',
    'etc/m/f',
    'etc/s->x',
    'l->/etc',
  ]);
});

test.each<[string, string[][], string[]]>([
  [
    'its target',
    [['etc/', 'etc/x', 'l->/etc', 'y=>l/x']],
    ['etc/', 'etc/x', 'l->/etc', 'y=>etc/x'],
  ],
  [
    'its target, with a climbing symlink',
    [['etc/', 'etc/x', 'l->../../../etc', 'y=>l/x']],
    ['etc/', 'etc/x', 'l->../../../etc', 'y=>etc/x'],
  ],
  [
    'its target in a lower layer',
    [
      ['etc/', 'etc/x'],
      ['l->/etc', 'y=>l/x'],
    ],
    ['etc/', 'etc/x', 'l->/etc', 'y=>etc/x'],
  ],
  ['its name', [['etc/', 'x', 'l->/etc', 'l/y=>x']], ['etc/', 'etc/y', 'l->/etc', 'x=>etc/y']],
  ['never the target itself', [['x', 'l->x', 'y=>l']], ['l->x', 'x', 'y=>l']],
])('a hard link is led by symlinks of its layer: %s', async (_, layers, expected) => {
  expect(linesOf(await merge(layers))).toEqual(expected);
});

test('what takes the place of a symlink of the same layer is not led by it any more', async () => {
  const start = ['etc/', 'l->/etc', 'l/f'];
  expect(linesOf(await merge([[...start, 'l/', 'l/g']]))).toEqual(['etc/', 'etc/f', 'l/', 'l/g']);
  expect(linesOf(await merge([[...start, 'l']]))).toEqual(['etc/', 'etc/f', 'l']);
  expect(linesOf(await merge([['e/', 'g/', 'l->e', 'l/f', 'l->g', 'l/h']]))).toEqual([
    'e/',
    'e/f',
    'g/',
    'g/h',
    'l->g',
  ]);
  expect(linesOf(await merge([['e/', 'd/', 'd/l->/e', 'd', 'd/', 'd/l/f']]))).toEqual([
    'd/',
    'd/l/',
    'd/l/f',
    'e/',
  ]);
});

test('a symlink of a lower layer is not followed: what comes below it makes a folder of it', async () => {
  const kept = ['usr/', 'usr/lib/', 'usr/lib/x'];
  expect(linesOf(await merge([USR, ['lib/y']]))).toEqual(['lib/', 'lib/y', ...kept]);
  expect(linesOf(await merge([['l->/etc'], ['etc/', 'l/f']]))).toEqual(['etc/', 'l/', 'l/f']);
  await expect(merge([USR, ['y=>lib/x']])).rejects.toThrow(
    'hard link /y to /lib/x, which is not a file',
  );
});

test.each<[string, string[][], string[]]>([
  [
    'deletes where the link leads',
    [
      ['etc/', 'etc/x', 'etc/y'],
      ['etc/', 'l->/etc', 'l/.wh.x'],
    ],
    ['etc/', 'etc/y', 'l->/etc'],
  ],
  [
    'deletes in a lower folder',
    [
      ['etc/', 'etc/x', 'etc/y'],
      ['l->/etc', 'l/.wh.x'],
    ],
    ['etc/', 'etc/y', 'l->/etc'],
  ],
  [
    'is opaque where the link leads',
    [
      ['etc/', 'etc/x'],
      ['etc/', 'l->/etc', 'l/.wh..wh..opq', 'l/z'],
    ],
    ['etc/', 'etc/z', 'l->/etc'],
  ],
  [
    'stands before the link and means another place',
    [
      ['etc/', 'etc/x'],
      ['l/.wh.x', 'etc/', 'l->/etc'],
    ],
    ['etc/', 'etc/x', 'l->/etc'],
  ],
  [
    'never deletes the link of its own layer',
    [['e/'], ['l->e', 'l/f', '.wh.l']],
    ['e/', 'e/f', 'l->e'],
  ],
])('a whiteout behind a symlink of the same layer %s', async (_, layers, expected) => {
  expect(linesOf(await merge(layers))).toEqual(expected);
});

test.each<[string, string[][], string[]]>([
  ['a symlink', [USR, ['lib/.wh.x']], ['lib/', 'usr/', 'usr/lib/', 'usr/lib/x']],
  ['a symlink, of nothing', [USR, ['lib/.wh.none']], ['lib/', 'usr/', 'usr/lib/', 'usr/lib/x']],
  ['a symlink, opaque', [USR, ['lib/.wh..wh..opq']], ['lib/', 'usr/', 'usr/lib/', 'usr/lib/x']],
  [
    'a symlink, deeper',
    [USR, ['lib/s/.wh.x']],
    ['lib/', 'lib/s/', 'usr/', 'usr/lib/', 'usr/lib/x'],
  ],
  ['a file', [['f'], ['f/.wh.x']], ['f/']],
  ['nothing', [['a'], ['n/m/.wh.b']], ['a', 'n/', 'n/m/']],
  ['a folder, which stays', [['d/', 'd/x', 'd/y'], ['d/.wh.x']], ['d/', 'd/y']],
  [
    'a symlink that the same layer deletes',
    [USR, ['.wh.lib', 'lib/.wh.x']],
    ['lib/', 'usr/', 'usr/lib/', 'usr/lib/x'],
  ],
])('a whiteout makes its folder, where a lower layer has %s', async (_, layers, expected) => {
  expect(linesOf(await merge(layers))).toEqual(expected);
});

test('records of AUFS make no folder', async () => {
  expect(linesOf(await merge([['a', '.wh..wh.plnk/', '.wh..wh.plnk/1']]))).toEqual(['a']);
});

test.each([
  ['a->b', 'b->a', 'a/f'],
  ['a->a/a', 'a/f'],
  [...Array.from({ length: 41 }, (_, at) => `l${at}->l${at + 1}`), 'l0/f'],
])('symlinks in circles, or more than Linux follows, are refused', async (...lines) => {
  await expect(merge([lines])).rejects.toThrow(
    /^more than 40 symlinks on the way to \/\w+\/f, layer 1 of 1$/,
  );
});

test('forty symlinks are followed', async () => {
  const links = Array.from({ length: 40 }, (_, at) => `l${at}->l${at + 1}`);
  expect(linesOf(await merge([['l40/', ...links, 'l0/f']]))).toContain('l40/f');
});

test('what symlinks lead below a file of the same layer is refused, as everywhere', async () => {
  await expect(merge([['x', 'l->x', 'l/f']])).rejects.toThrow(
    'symlinks lead /l/f to /x/f, which is below a file, layer 1 of 1',
  );
  await expect(merge([['d/', 'd/x', 'l->d', 'l/x/y/f']])).rejects.toThrow(
    'symlinks lead /l/x/y/f to /d/x/y/f, which is below a file, layer 1 of 1',
  );
  await expect(merge([['l->x', 'x', 'l/.wh.f']])).rejects.toThrow(
    'symlinks lead /l/.wh.f to /x/.wh.f, which is below a file, layer 1 of 1',
  );
  await expect(merge([['l->x', 'x', 'l/.wh..wh..opq']])).rejects.toThrow('is below a file');
});

test('symlinks that lead to ever longer paths stop at a limit', () => {
  const long = 'd/'.repeat(1000);
  const links = Array.from({ length: 5 }, (_, at) => `${long.repeat(at)}l->${long}`);
  const layer = entriesOf([...links, `${'l/'.repeat(5)}f`]).map(plainEntry);
  expect(() => squashLayers([layer])).toThrow(
    'symlinks that lead to a path of more than 4096 bytes (pathSize), /l/l/l/l/l/f',
  );
});

test('many long paths behind a symlink stop at a limit', () => {
  const lines = [`l->${'d/'.repeat(1000)}`, ...Array.from({ length: 70 }, (_, at) => `l/${at}`)];
  const layer = entriesOf(lines).map(plainEntry);
  expect(() => squashLayers([layer], { ...DEFAULT_LIMITS, entryCount: 1000 })).toThrow(
    'symlinks that make file names too long (entryCount)',
  );
  expect(squashLayers([layer]).moved.size).toBe(70);
});

/** An entry without a tar around it: what no tar field holds can be tried. */
const plainEntry = ({ name, type, linkname }: TestEntry): Entry => ({
  layer: 0,
  path: name,
  type: type === 'symlink' ? 'symlink' : 'file',
  linkTarget: linkname ?? '',
  offset: 0,
  headerSize: 512,
  bodySize: 0,
  size: 0,
  mode: 0o644,
  mtime: 0,
});
