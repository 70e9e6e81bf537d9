import { expect, test } from 'vitest';
import { largestRoots } from '../../src/report/largest-roots.ts';

const dropped = (path: string, bytes: number, type = 'file') => ({
  path,
  type,
  bytes,
  rule: 'npm/cache',
  category: 'cache',
  reason: '',
});

test('a folder that goes as a whole is listed as one path with all its bytes', () => {
  const roots = largestRoots([
    dropped('/a', 0, 'directory'),
    dropped('/a/b', 0, 'directory'),
    dropped('/a/b/1', 10),
    dropped('/a/b/2', 10),
    dropped('/a-file', 15),
  ]);
  expect(roots.map(({ path, bytes }) => [path, bytes])).toEqual([
    ['/a/', 20],
    ['/a-file', 15],
  ]);
});

test('files in a folder that stays are listed by themselves, those of one size in the order of names', () => {
  const roots = largestRoots([dropped('/log/b', 1), dropped('/log/a', 1), dropped('/log/c', 2)]);
  expect(roots.map(({ path }) => path)).toEqual(['/log/c', '/log/a', '/log/b']);
});

test('paths that free no bytes are not listed', () => {
  expect(largestRoots([dropped('/empty', 0), dropped('/folder', 0, 'directory')])).toEqual([]);
});
