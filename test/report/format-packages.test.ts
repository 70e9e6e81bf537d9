import { expect, test } from 'vitest';
import { formatPackages } from '../../src/report/format-packages.ts';
import type { RemovedPackage } from '../../src/api/results.ts';
import { imageReport } from './results.ts';

const removed = (type: string, name: string, bytes: number): RemovedPackage => ({
  type,
  name,
  version: '1',
  files: 1,
  bytes,
  rule: 'toolchain/compilers',
});

const report = (list: readonly RemovedPackage[]) => ({
  ...imageReport,
  packages: { ...imageReport.packages, removed: list },
});

test('the largest removed packages are listed with their sizes, the others summed up', () => {
  const list = [
    removed('deb', 'gcc-12', 178_000_000),
    removed('deb', 'git', 40_000_000),
    removed('npm', 'typescript', 22_000_000),
    ...['a', 'b', 'c'].map((name) => removed('deb', name, 1_000_000)),
  ];
  expect(formatPackages([report(list)])).toEqual([
    'packages taken out  6, 243 MB',
    '   178 MB  gcc-12',
    '  40.0 MB  git',
    '  22.0 MB  typescript (npm)',
    '  1.00 MB  a',
    '  1.00 MB  b',
    '  1.00 MB  1 more',
  ]);
});

test('a package that goes from several platforms counts once, and nothing is printed when none goes', () => {
  const image = report([removed('deb', 'make', 1_500_000)]);
  expect(formatPackages([image, image])).toEqual([
    'packages taken out  1, 1.50 MB',
    '  1.50 MB  make',
  ]);
  expect(formatPackages([report([])])).toEqual([]);
});
