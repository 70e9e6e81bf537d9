import { extract } from 'tar-stream';
import { expect, test } from 'vitest';
import { nodeAt } from '../../src/tree/node.ts';
import type { Verdict } from '../../src/rules/verdict.ts';
import { entriesOf, layerTar, type TestEntry } from '../support/layer-tar.ts';
import { squashTars, type SquashTarsOptions } from '../support/squash-tars.ts';

const DROP: Verdict = { action: 'drop', by: 'user', id: 'x', category: 'user', reason: '' };

const dropping = (...paths: string[]): Pick<SquashTarsOptions, 'judge'> => ({
  judge: ({ root }) =>
    new Map(
      paths.map((path) => [nodeAt(root, path) as NonNullable<ReturnType<typeof nodeAt>>, DROP]),
    ),
});

const linesOf = async (tar: Buffer): Promise<string[]> => {
  const lines: string[] = [];
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) {
    const { name, type, linkname } = entry.header;
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    if (type === 'link') lines.push(`${name}=>${linkname}`);
    else if (type === 'symlink') lines.push(`${name}->${linkname}`);
    else lines.push(type === 'directory' ? name : `${name}=${Buffer.concat(chunks).toString()}`);
  }
  return lines;
};

const run = async (
  layers: (string | TestEntry)[][],
  options: SquashTarsOptions = {},
): Promise<string[][]> => {
  const tars = await Promise.all(
    layers.map((lines) =>
      layerTar(
        lines.map((line) =>
          typeof line === 'string' ? (entriesOf([line])[0] as TestEntry) : line,
        ),
      ),
    ),
  );
  return Promise.all((await squashTars(tars, options)).map(linesOf));
};

test('squashed layers are written as one, names in byte order, folders first, without whiteouts', async () => {
  expect(
    await run([
      ['b/', 'b/y=1', 'a=1'],
      ['.wh.a', 'b/x=2', 'B=3'],
    ]),
  ).toEqual([['B=3', 'b/', 'b/x=2', 'b/y=1']]);
});

test('missing parent folders are written', async () => {
  expect(await run([['a/b/c=1'], ['d=1']])).toEqual([['a/', 'a/b/', 'a/b/c=1', 'd=1']]);
});

test('the first name that stays carries the body, and the others link to it', async () => {
  const layers = [['m=BODY', 'z=>m', 'a=>m'], ['x=>z']];
  expect(await run(layers)).toEqual([['a=BODY', 'm=>a', 'x=>a', 'z=>a']]);
  expect(await run(layers, dropping('a', 'm'))).toEqual([['x=BODY', 'z=>x']]);
});

test('a body without a remaining name is not written', async () => {
  expect(await run([['m=BODY', 'z=>m', 'k=1']], dropping('m', 'z'))).toEqual([['k=1']]);
});

test('a long name survives a rewritten header', async () => {
  const long = `${'d'.repeat(90)}/${'n'.repeat(120)}`;
  const [lines] = await run(
    [['m=BODY', { name: long, type: 'link', linkname: 'm' }]],
    dropping('m'),
  );
  expect(lines).toEqual([`${'d'.repeat(90)}/`, `${long}=BODY`]);
});

test('with --squash none, hidden bytes and idle whiteouts go, and untouched layers stay', async () => {
  const layers = [
    ['a=1', 'd/', 'd/x=1'],
    ['.wh.a', 'e=2'],
    ['f=3', 'd/x=4'],
  ];
  expect(await run(layers, { squash: 'none' })).toEqual([['d/'], ['e=2'], ['f=3', 'd/x=4']]);
});

test('with --squash none, a body moves to an upper layer when its own name goes', async () => {
  expect(await run([['x=1', 'k=1'], ['y=>x']], { squash: 'none', ...dropping('x') })).toEqual([
    ['k=1'],
    ['y=1'],
  ]);
  expect(await run([['x=1', 'k=1'], ['y=>x']], { squash: 'none' })).toEqual([
    ['x=1', 'k=1'],
    ['y=>x'],
  ]);
});

test('with --squash none, a folder stays in the layer that has something in it', async () => {
  const layers = [
    ['d/', 'd/x=1'],
    ['d/', 'd/y=2'],
  ];
  expect(await run(layers, { squash: 'none', ...dropping('d/y') })).toEqual([
    ['d/', 'd/x=1'],
    ['d/'],
  ]);
  expect(await run(layers, { squash: 'none', ...dropping('d/x') })).toEqual([['d/', 'd/y=2']]);
});

test('what symlinks of a layer led elsewhere is written to where it is', async () => {
  const layers = [
    ['etc/', 'etc/x=1'],
    ['etc/', 'l->/etc', 'l/f=2', 'l/d/', 'y=>l/f', 'l/z=>l/f'],
  ];
  expect(await run(layers)).toEqual([
    ['etc/', 'etc/d/', 'etc/f=2', 'etc/x=1', 'etc/z=>etc/f', 'l->/etc', 'y=>etc/f'],
  ]);
  expect(await run(layers, { squash: 'none', ...dropping('l') })).toEqual([
    ['etc/', 'etc/x=1'],
    ['etc/', 'etc/d/', 'etc/f=2', 'etc/z=>etc/f', 'y=>etc/f'],
  ]);
  expect(await run(layers, dropping('etc/f', 'etc/z'))).toEqual([
    ['etc/', 'etc/d/', 'etc/x=1', 'l->/etc', 'y=2'],
  ]);
});

test('a layer whose symlinks lead its entries is the same when it loses nothing', async () => {
  const tars = [['etc/'], ['l->/etc', 'l/f=2', 'y=>l/f']].map((lines) => entriesOf(lines));
  const layers = await Promise.all(tars.map((entries) => layerTar(entries)));
  const written = await squashTars(layers, { squash: 'none' });
  expect(written.map((tar) => tar.equals(layers.shift() as Buffer))).toEqual([true, true]);
});

test('a folder that only a whiteout makes is written', async () => {
  const layers = [['usr/', 'usr/x=1', 'lib->usr'], ['lib/.wh.x']];
  expect(await run(layers)).toEqual([['lib/', 'usr/', 'usr/x=1']]);
  expect(await run(layers, { squash: 'none' })).toEqual([['usr/', 'usr/x=1'], ['lib/']]);
});

test('a layer that loses nothing is the same, whatever its order', async () => {
  const tar = await layerTar(entriesOf(['b=1', 'a=>b']));
  expect((await squashTars([tar]))[0]?.equals(tar)).toBe(true);
});

test('a file with other contents keeps its names', async () => {
  const body = Buffer.from('NEW CONTENTS');
  const content = {
    size: body.length,
    read: async (target: Buffer, at: number) => void body.copy(target, 0, at),
    close: async () => {},
  };
  const replace: SquashTarsOptions['replace'] = ({ root }) =>
    new Map([[nodeAt(root, 'm')?.entry as never, content]]);
  expect(await run([['m=OLD', 'z=>m', 'a=>m', 'k=1']], { replace })).toEqual([
    ['a=NEW CONTENTS', 'k=1', 'm=>a', 'z=>a'],
  ]);
});

test('a file that became a link to an equal one is written as a link', async () => {
  const judge: SquashTarsOptions['judge'] = ({ root }) => {
    const [a, b] = ['a', 'b'].map(
      (path) => nodeAt(root, path) as NonNullable<ReturnType<typeof nodeAt>>,
    );
    if (a && b) b.entry = a.entry;
    return new Map();
  };
  expect(await run([['a=SAME', 'b=SAME']], { judge })).toEqual([['a=SAME', 'b=>a']]);
});

test('times later than --timestamp are clamped, earlier ones stay', async () => {
  const tar = await layerTar([
    { name: 'old', mtime: new Date(1000) },
    { name: 'new', mtime: new Date(9000) },
  ]);
  const [out] = await squashTars([tar], { timestamp: 5 });
  const reader = extract();
  reader.end(out);
  const times: [string, number][] = [];
  for await (const entry of reader) {
    times.push([entry.header.name, Number(entry.header.mtime) / 1000]);
    entry.resume();
  }
  expect(times).toEqual([
    ['new', 5],
    ['old', 1],
  ]);
});
