import { expect, test } from 'vitest';
import { extract } from 'tar-stream';
import { layerTar, type TestEntry } from '../support/layer-tar.ts';
import { header, pax, tarOf, withBody } from '../support/raw-tar.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { shrinkTars, type ShrinkTarsOptions } from './shrink-tars.ts';

const folder = tempFolder();

/** `name` for a body, `name=>target` for a link. */
const linesOf = async (tar: Buffer): Promise<string[]> => {
  const lines: string[] = [];
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) {
    const { name, type, linkname } = entry.header;
    lines.push(type === 'link' ? `${name}=>${linkname}` : name);
    entry.resume();
  }
  return lines;
};

const dedupe = async (
  layers: readonly (readonly TestEntry[])[],
  options: Partial<ShrinkTarsOptions> = {},
) => {
  const tars = await Promise.all(layers.map((entries) => layerTar(entries)));
  const shrunk = await shrinkTars(tars, { folder, dedupe: true, ...options });
  return { ...shrunk, lines: await Promise.all(shrunk.tars.map(linesOf)) };
};

test('equal files become hard links to the first', async () => {
  const { lines, changes } = await dedupe([
    [
      { name: 'app/z', body: 'same' },
      { name: 'app/a', body: 'same' },
      { name: 'app/m', body: 'same' },
      { name: 'app/other', body: 'else' },
    ],
  ]);
  expect(lines).toEqual([['app/', 'app/a', 'app/m=>app/a', 'app/other', 'app/z=>app/a']]);
  expect(changes).toEqual([
    expect.objectContaining({ path: 'app/m', by: 'dedupe', before: 4, after: 0, linkTo: 'app/a' }),
    expect.objectContaining({ path: 'app/z', by: 'dedupe', before: 4, after: 0, linkTo: 'app/a' }),
  ]);
  expect(changes[0]?.beforeCompressed).toBeGreaterThan(0);
  expect(changes[0]?.afterCompressed).toBe(0);
});

test('files that differ in anything a container can see stay apart', async () => {
  const differences: Partial<TestEntry>[] = [
    { mode: 0o600 },
    { uid: 7 },
    { gid: 7 },
    { mtime: new Date(2_000_000) },
    { body: 'diff' },
    { pax: { 'SCHILY.xattr.user.note': 'x' } },
  ];
  for (const difference of differences) {
    const { changes } = await dedupe([
      [
        { name: 'a', body: 'same' },
        { name: 'b', body: 'same', ...difference },
      ],
    ]);
    expect([difference, changes]).toEqual([difference, []]);
  }
});

test('files whose times --timestamp makes equal are linked', async () => {
  const entries = [
    { name: 'a', body: 'same', mtime: new Date(5_000_000) },
    { name: 'b', body: 'same', mtime: new Date(9_000_000) },
  ];
  expect((await dedupe([entries], { timestamp: 4000 })).lines).toEqual([['a', 'b=>a']]);
  expect((await dedupe([entries], { timestamp: 6000 })).changes).toEqual([]);
});

const withNote = (name: string, value: string): Buffer[] => [
  pax([['SCHILY.xattr.user.note', Buffer.from(value, 'latin1')]]),
  withBody(header({ name, size: 4 }), 'same'),
];

test('files with equal xattrs, binary ones included, are linked', async () => {
  const equal = tarOf(...withNote('a', '\x00\x80'), ...withNote('b', '\x00\x80'));
  expect((await shrinkTars([equal], { folder, dedupe: true })).changes).toHaveLength(1);
  const other = tarOf(...withNote('a', '\x00\x80'), ...withNote('b', '\x00\x81'));
  expect((await shrinkTars([other], { folder, dedupe: true })).changes).toEqual([]);
});

test('paths that a container is likely to write to stay apart', async () => {
  const names = ['etc/x', 'var/lib/x', 'home/u/x', 'root/x', 'tmp/x', 'srv/x', 'run/x', 'data/x'];
  const more = ['app/state.db', 'app/app.log', 'app/.env', 'app/settings.ini'];
  const entries = [...names, ...more].map((name) => ({ name, body: 'same' }));
  const { changes } = await dedupe([entries], { volumes: ['/data'] });
  expect(changes).toEqual([]);
  const without = await dedupe([entries.concat({ name: 'usr/x', body: 'same' })]);
  expect(without.changes.map(({ path }) => path)).toEqual(['usr/x']);
});

test('empty and setuid files stay apart', async () => {
  const { changes } = await dedupe([
    [
      { name: 'a' },
      { name: 'b' },
      { name: 'su1', body: 'same', mode: 0o4755 },
      { name: 'su2', body: 'same', mode: 0o4755 },
    ],
  ]);
  expect(changes).toEqual([]);
});

test('existing hard links join the equal files', async () => {
  const { lines, changes } = await dedupe([
    [
      { name: 'b', body: 'same' },
      { name: 'c', type: 'link', linkname: 'b' },
      { name: 'a', body: 'same' },
    ],
  ]);
  expect(lines).toEqual([['a', 'b=>a', 'c=>a']]);
  expect(changes.map(({ path }) => path)).toEqual(['b']);
});

test('equal files of different layers are linked only when the layers become one', async () => {
  const layers = [[{ name: 'a', body: 'same' }], [{ name: 'b', body: 'same' }]];
  expect((await dedupe(layers)).lines).toEqual([['a', 'b=>a']]);
  const apart = await dedupe(layers, { squash: 'none' });
  expect(apart.changes).toEqual([]);
  expect(apart.lines).toEqual([['a'], ['b']]);
  const within = await dedupe([[...(layers[0] ?? []), { name: 'c', body: 'same' }]], {
    squash: 'none',
  });
  expect(within.lines).toEqual([['a', 'c=>a']]);
});

test('a second deduplication finds nothing', async () => {
  const once = await dedupe([
    [
      { name: 'a', body: 'same' },
      { name: 'b', body: 'same' },
    ],
  ]);
  const twice = await shrinkTars(once.tars, { folder, dedupe: true });
  expect(twice.changes).toEqual([]);
  expect(twice.tars[0]?.equals(once.tars[0] as Buffer)).toBe(true);
});
