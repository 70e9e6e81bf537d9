import { expect, test } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import { lookAlikes } from '../../src/report/look-alikes.ts';
import { plainImage, type PlainImage } from '../support/plain-entries.ts';

const of = ({ tree }: PlainImage, verdicts: Plan['verdicts'] = new Map()) =>
  lookAlikes({ tree, verdicts, replacements: new Map(), layers: [], base: 0 });

const body = (size: number): string => 'x'.repeat(size);

test('files of the same name and size look alike, wherever they lie', () => {
  const image = plainImage([
    [`a/x=${body(600)}`, `b/x=${body(600)}`, `c/x=${body(601)}`, `d/y=${body(600)}`],
    [`e/x=${body(600)}`],
  ]);
  expect(of(image)).toEqual({ files: 2, bytes: 1200 });
  expect(of(image, image.dropping('b/x'))).toEqual({ files: 1, bytes: 600 });
});

test('small files are no look-alikes, nor are names of one file', () => {
  expect(of(plainImage([[`a/x=${body(511)}`, `b/x=${body(511)}`]]))).toEqual({
    files: 0,
    bytes: 0,
  });
  expect(of(plainImage([[`a/x=${body(600)}`, 'b/x=>a/x', 'c/x=>a/x']]))).toEqual({
    files: 0,
    bytes: 0,
  });
  expect(of(plainImage([[`a/x=${body(600)}`, 'b/x=>a/x', `c/x=${body(600)}`]]))).toEqual({
    files: 1,
    bytes: 600,
  });
});
