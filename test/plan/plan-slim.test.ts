import { expect, test } from 'vitest';
import { bytesInMemory } from '../../src/layer/bytes-in-memory.ts';
import type { Compression } from '../../src/oci/media-type.ts';
import { planSlim, storedAs, type PlanOptions } from '../../src/plan/plan-slim.ts';
import type { PlannedLayer, Replacements } from '../../src/plan/plan.ts';
import type { Verdicts } from '../../src/rules/verdict.ts';
import { plainImage, type PlainImage } from '../support/plain-entries.ts';

const DEFAULTS: PlanOptions = {
  squash: 'all',
  compression: 'keep',
  plainAs: 'gzip',
  zstdAs: 'zstd',
  recompress: false,
};

interface Decided {
  readonly verdicts?: Verdicts;
  readonly replacements?: Replacements;
}

const plan = (
  { layers, tree }: PlainImage,
  options: Partial<PlanOptions> = {},
  { verdicts = new Map(), replacements = new Map() }: Decided = {},
): readonly PlannedLayer[] =>
  planSlim({ layers, tree, verdicts, replacements }, { ...DEFAULTS, ...options }).layers.map(
    (layer) => (layer.kind === 'write' ? { ...layer, members: [...layer.members] } : layer),
  );

const TWO = [
  ['a/', 'a/x=1'],
  ['b=2', 'a/.wh.x'],
];

test('a single layer that loses nothing is carried', () => {
  expect(plan(plainImage([['b=1', 'a=>b']]))).toEqual([{ kind: 'carry', from: 0 }]);
});

test('a single layer that loses nothing is stored anew where another compression is asked for', () => {
  const image = plainImage([['a=1']]);
  expect(plan(image, { compression: 'zstd' })).toEqual([
    { kind: 'recompress', from: 0, compression: 'zstd' },
  ]);
  expect(plan(image, { recompress: true })).toEqual([
    { kind: 'recompress', from: 0, compression: 'gzip' },
  ]);
});

test('a plain layer that loses nothing is stored as the target stores layers', () => {
  const image = plainImage([['a=1']], ['none']);
  expect(plan(image)).toEqual([{ kind: 'recompress', from: 0, compression: 'gzip' }]);
  expect(plan(image, { plainAs: 'none' })).toEqual([{ kind: 'carry', from: 0 }]);
});

test('several layers become one that holds what is visible', () => {
  const image = plainImage(TWO);
  const [folder, file] = [image.at('a').entry, image.at('b').entry];
  expect(plan(image)).toEqual([
    {
      kind: 'write',
      from: undefined,
      compression: 'gzip',
      members: [
        { kind: 'copy', entry: folder },
        { kind: 'copy', entry: file },
      ],
    },
  ]);
});

test.each<[readonly Compression[], Compression]>([
  [['gzip', 'gzip'], 'gzip'],
  [['zstd', 'zstd'], 'zstd'],
  [['zstd', 'gzip'], 'gzip'],
  [['zstd', 'none'], 'gzip'],
  [['none', 'none'], 'gzip'],
])('layers stored as %j become one stored as %s', (compressions, expected) => {
  const image = plainImage(TWO, compressions);
  expect(plan(image)).toMatchObject([{ kind: 'write', compression: expected }]);
  expect(storedAs(image.layers, DEFAULTS)).toEqual([expected, expected]);
});

test('an image without anything that stays gets no layer', () => {
  const image = plainImage([['a=1']]);
  expect(plan(image, {}, { verdicts: image.dropping('a') })).toEqual([]);
  expect(plan(image, { squash: 'none' }, { verdicts: image.dropping('a') })).toEqual([]);
});

test('with --squash none, only layers that lose something are written, and empty ones go', () => {
  const image = plainImage([['a=1'], ['b=2', 'c=3'], ['d=4']], ['gzip', 'zstd', 'gzip']);
  const verdicts = image.dropping('c', 'd');
  expect(plan(image, { squash: 'none' }, { verdicts })).toEqual([
    { kind: 'carry', from: 0 },
    {
      kind: 'write',
      from: 1,
      compression: 'zstd',
      members: [{ kind: 'copy', entry: image.at('b').entry }],
    },
  ]);
  expect(storedAs(image.layers, { ...DEFAULTS, squash: 'none' })).toEqual(['gzip', 'zstd', 'gzip']);
});

test('with --squash none, a compression that was asked for is that of all layers', () => {
  const image = plainImage([['a=1'], ['b=2']], ['gzip', 'zstd']);
  expect(plan(image, { squash: 'none', compression: 'zstd' })).toEqual([
    { kind: 'recompress', from: 0, compression: 'zstd' },
    { kind: 'carry', from: 1 },
  ]);
});

test('a layer with a later time than --timestamp is written anew', () => {
  const image = plainImage([['a=1']]);
  expect(plan(image, { timestamp: 1000 })).toEqual([{ kind: 'carry', from: 0 }]);
  expect(plan(image, { timestamp: 999 })).toMatchObject([
    { kind: 'write', members: [{ kind: 'rewrite', changes: { mtime: 999 } }] },
  ]);
});

test('a layer with a file that gets other contents is written anew', () => {
  const image = plainImage([['a=1', 'b=2']]);
  const { entry } = image.at('a');
  const content = bytesInMemory(Buffer.from('other'));
  const replacements: Replacements = new Map(entry && [[entry, content]]);
  expect(plan(image, {}, { replacements })).toMatchObject([
    {
      kind: 'write',
      members: [
        { kind: 'rewrite', entry, changes: { content } },
        { kind: 'copy', entry: image.at('b').entry },
      ],
    },
  ]);
});
