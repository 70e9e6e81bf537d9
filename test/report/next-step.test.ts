import { expect, test } from 'vitest';
import { nextStep } from '../../src/report/next-step.ts';
import { imageReport } from './results.ts';

const LEAN = '--level lean leaves out documentation and development files, too';
const copies = { ...imageReport, lookAlikes: { files: 668, bytes: 12_300_000 } };
const linked = {
  ...copies,
  transforms: [
    { path: '/a', by: 'dedupe', before: 1, after: 0, beforeCompressed: 1, afterCompressed: 0 },
  ],
} as const;

test.each([
  ['at safe', [imageReport], {}, `Next: ${LEAN}. How much that saves: --dry-run.`],
  [
    'with copies',
    [copies, imageReport],
    {},
    `Next: ${LEAN}; 668 files, 12.3 MB, seem to be copies: --dedupe. How much that saves: --dry-run.`,
  ],
  [
    'at lean with copies',
    [copies],
    { level: 'lean' },
    'Next: 668 files, 12.3 MB, seem to be copies: --dedupe. How much that saves: --dry-run.',
  ],
  ['at lean', [imageReport], { level: 'lean' }, undefined],
  ['once copies are links', [linked], { level: 'lean' }, undefined],
  ['without rules', [imageReport], { profiles: ['none'] }, undefined],
  ['where nothing was done', [], {}, undefined],
] as const)('the next step %s', (_, images, options, expected) => {
  expect(nextStep(images, options)).toBe(expected);
});
