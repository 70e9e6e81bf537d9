import { expect, test } from 'vitest';
import { formatLargestTransforms, formatTransforms } from '../../src/report/format-transforms.ts';
import { PLAIN } from '../../src/report/palette.ts';
import { fileTransform, withTransforms } from '../../src/report/file-transforms.ts';
import type { FileTransform } from '../../src/api/results.ts';

const sizes = (before: number, after: number) => ({
  before,
  after,
  beforeCompressed: before / 2,
  afterCompressed: after / 2,
});

const transforms: FileTransform[] = [
  { path: '/app/a', by: 'strip', ...sizes(4_000_000, 2_000_000) },
  { path: '/app/a', by: 'upx', ...sizes(2_000_000, 1_000_000) },
  { path: '/app/b\x1b', by: 'strip', ...sizes(600_000, 300_000) },
  { path: '/app/c', by: 'dedupe', ...sizes(8000, 0), linkTo: '/app/a' },
];

test('the summary of transforms has a line for each kind', () => {
  expect(formatTransforms([{ transforms }], PLAIN)).toEqual([
    'shrunk                   files         compressed                     unpacked',
    'stripped                     2  2.30 MB → 1.15 MB   -50.0 %  4.60 MB → 2.30 MB   -50.0 %',
    'packed                       1   1.00 MB → 500 kB   -50.0 %  2.00 MB → 1.00 MB   -50.0 %',
    'linked to an equal file      1      4.00 kB → 0 B  -100.0 %      8.00 kB → 0 B  -100.0 %',
  ]);
});

test('the summary of transforms is empty when nothing was done', () => {
  expect(formatTransforms([{ transforms: [] }], PLAIN)).toEqual([]);
});

test('the largest gains are listed, with printable paths', () => {
  const lines = formatLargestTransforms({ transforms }, 3, PLAIN);
  expect(lines.map((line) => line.replace(/.* {2}(strip|upx)/, '$1'))).toEqual([
    'strip  /app/a',
    'upx    /app/a',
    'strip  /app/b\\x1b',
  ]);
});

test('--explain says which transforms were done and which were not', () => {
  const explanation = { path: '/app/a', verdict: 'kept', reason: 'no rule is about it' } as const;
  const change = { path: 'app/a', by: 'strip', ...sizes(4_000_000, 2_000_000) } as const;
  const rest = { replacements: new Map(), notes: [] };
  const refusals = [{ path: 'app/a', by: 'upx', reason: 'is setuid or setgid' }] as const;
  expect(withTransforms(explanation, { ...rest, changes: [change], refusals })).toEqual({
    ...explanation,
    transforms: [
      'strip: 4.00 MB → 2.00 MB unpacked, 2.00 MB → 1.00 MB compressed (-50.0 %)',
      'upx leaves it: it is setuid or setgid',
    ],
  });
  expect(withTransforms(explanation, { ...rest, changes: [], refusals: [] })).toBe(explanation);
});

test('transforms in the report have paths as text', () => {
  const change = { path: 'a\xc3\xa9', by: 'dedupe', ...sizes(2, 0), linkTo: 'b\xff' } as const;
  expect(fileTransform(change)).toMatchObject({ path: '/aé', linkTo: '/b\\xff' });
});
