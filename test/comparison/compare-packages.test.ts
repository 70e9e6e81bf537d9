import { expect, test } from 'vitest';
import type { AnalyzedPackage } from '../../src/api/analysis.ts';
import type { PackageChange } from '../../src/api/diff.ts';
import { comparePackages } from '../../src/comparison/compare-packages.ts';

/** `npm left 1.0 5 /a`: type, name, version, bytes, evidence. */
const packages = (...lines: readonly string[]): AnalyzedPackage[] =>
  lines.map((line) => {
    const [type = '', name = '', version = '', bytes = '0', evidence = '/x'] = line.split(' ');
    return { type, name, version, files: 1, bytes: Number(bytes), evidence };
  });

const shown = (changes: readonly PackageChange[]): string[] =>
  changes.map(({ kind, name, versionBefore, versionAfter, bytesBefore, bytesAfter }) =>
    [kind, name, versionBefore ?? '-', versionAfter ?? '-', bytesAfter - bytesBefore].join(' '),
  );

test('packages are new, gone, upgraded, downgraded or of another size, the largest change first', () => {
  const before = packages('deb a 1 5', 'deb b 1.9 5', 'deb c 2 5', 'deb d 1 5', 'deb e 1 5');
  const after = packages('deb a 1 5', 'deb b 1.10 9', 'deb c 1 4', 'deb d 1 2', 'deb f 1 70');
  expect(shown(comparePackages(before, after))).toEqual([
    'added f - 1 70',
    'removed e 1 - -5',
    'upgraded b 1.9 1.10 4',
    'resized d 1 1 -3',
    'downgraded c 2 1 -1',
  ]);
});

test('several packages of one name are paired by place, then by version', () => {
  const before = packages('npm x 1.0.0 5 /a', 'npm x 2.0.0 5 /b', 'npm x 3.0.0 5 /c');
  const after = packages('npm x 2.0.1 5 /b', 'npm x 3.0.0 5 /moved', 'npm x 4.0.0 5 /new');
  expect(shown(comparePackages(before, after))).toEqual([
    'upgraded x 2.0.0 2.0.1 0',
    'upgraded x 1.0.0 4.0.0 0',
  ]);
});

test('the same name is another package in another ecosystem, and an unknown version is none', () => {
  const before = packages('npm same 1 1', 'jar lib  7');
  const after = packages('python same 1 1', 'jar lib 2 7');
  expect(shown(comparePackages(before, after))).toEqual([
    'removed same 1 - -1',
    'added same - 1 1',
    'upgraded lib  2 0',
  ]);
});
