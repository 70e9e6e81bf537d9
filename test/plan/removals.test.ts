import { expect, test } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import { removalsOf, type Removals } from '../../src/plan/removals.ts';
import type { Verdicts } from '../../src/rules/verdict.ts';
import { DROP, plainImage, type PlainImage } from '../support/plain-entries.ts';

const removals = ({ tree }: PlainImage, verdicts: Verdicts = new Map()): Removals => {
  const plan: Plan = { tree, verdicts, replacements: new Map(), layers: [], base: 0 };
  return removalsOf(plan, (layer) => `layer ${layer + 1}`);
};

const bytesOf = (list: Removals['dropped']): Record<string, number> =>
  Object.fromEntries(list.map(({ path, bytes }) => [path, bytes]));

test('dropped files are listed in the order of paths, with type, bytes and verdict', () => {
  const image = plainImage([['z=12345', 'd/', 'd/a=123', 'l->z']]);
  const { dropped, hidden } = removals(image, image.dropping('d', 'd/a', 'l', 'z'));
  expect(dropped).toEqual([
    { path: 'd', type: 'directory', bytes: 0, verdict: DROP },
    { path: 'd/a', type: 'file', bytes: 3, verdict: DROP },
    { path: 'l', type: 'symlink', bytes: 0, verdict: DROP },
    { path: 'z', type: 'file', bytes: 5, verdict: DROP },
  ]);
  expect(hidden).toEqual([]);
});

test('a dropped name frees no bytes while another name of the file stays', () => {
  const image = plainImage([['a=12345', 'b=>a', 'c=>a']]);
  expect(bytesOf(removals(image, image.dropping('a', 'b')).dropped)).toEqual({ a: 0, b: 0 });
});

test('the bytes of a file whose every name goes are counted once', () => {
  const image = plainImage([['a=12345', 'b=>a']]);
  expect(bytesOf(removals(image, image.dropping('a', 'b')).dropped)).toEqual({ a: 5, b: 0 });
});

test('files that upper layers cover are listed with the layer that does', () => {
  const { dropped, hidden } = removals(
    plainImage([['a=1', 'b=12', 'd/', 'd/x=123'], ['.wh.a', '.wh.d'], ['b=new']]),
  );
  expect(dropped).toEqual([]);
  expect(
    hidden.map(({ path, bytes, verdict: { id, category, reason } }) => [
      path,
      bytes,
      id,
      category,
      reason.split(' it,')[0],
    ]),
  ).toEqual([
    ['a', 1, 'layers/deleted', 'hidden', 'layer 2 deletes'],
    ['d/x', 3, 'layers/deleted', 'hidden', 'layer 2 deletes'],
    ['b', 2, 'layers/replaced', 'hidden', 'layer 3 replaces'],
  ]);
});

test('a covered name frees no bytes while a name of the file is visible', () => {
  const { hidden } = removals(plainImage([['a=12345', 'b=>a'], ['.wh.a']]));
  expect(bytesOf(hidden)).toEqual({ a: 0 });
});
