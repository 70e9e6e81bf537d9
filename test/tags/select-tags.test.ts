import { expect, test } from 'vitest';
import { selectTags } from '../../src/tags/select-tags.ts';

const SIGNATURE = `sha256-${'a'.repeat(64)}.sig`;

const byVersion = (all: readonly string[], ...patterns: readonly string[]) =>
  selectTags(all, { patterns, order: 'version' });

test('tags are ordered by version, not by letter', () => {
  expect(byVersion(['1.10.0', '1.9.0', 'v1.2.0', '2.0.0', '1.9.0-rc1']).tags).toEqual([
    'v1.2.0',
    '1.9.0',
    '1.10.0',
    '2.0.0',
  ]);
  expect(byVersion(['2024.11.02', '2024.2.10', '20231101']).tags).toEqual([
    '2024.2.10',
    '2024.11.02',
    '20231101',
  ]);
});

test('what names no version, moves, or has a suffix is left out, with the reason', () => {
  const all = ['1', '1.2', '1.2.3', '1.2.3-alpine', 'latest', '4f2e1a9', SIGNATURE];
  expect(byVersion(all)).toEqual({
    tags: ['1.2.3'],
    leftOut: [
      { tag: 'latest', reason: 'no version' },
      { tag: '4f2e1a9', reason: 'no version' },
      { tag: '1', reason: 'moves with the versions below it' },
      { tag: '1.2', reason: 'moves with the versions below it' },
      { tag: '1.2.3-alpine', reason: 'a version with a suffix' },
    ],
  });
});

test('versions of two numbers are versions where none has three', () => {
  expect(byVersion(['1.1', '1.0', '1']).tags).toEqual(['1.0', '1.1']);
});

test('versions with a suffix count where there are no others, or a glob asks for them', () => {
  expect(byVersion(['1.1-slim', '1.0-slim']).tags).toEqual(['1.0-slim', '1.1-slim']);
  const all = ['1.0.0', '1.0.0-slim', '1.1.0', '1.1.0-slim', '2.0.0-slim'];
  expect(byVersion(all, '*-slim').tags).toEqual(['1.0.0-slim', '1.1.0-slim', '2.0.0-slim']);
  expect(byVersion(all, '*-slim', '<2').tags).toEqual(['1.0.0-slim', '1.1.0-slim']);
});

test('ranges are read as npm reads them', () => {
  const all = ['1.0.0', '1.4.2', '2.0.0', '2.1.0', '3.0.0-rc1', 'latest'];
  expect(byVersion(all, '^1').tags).toEqual(['1.0.0', '1.4.2']);
  expect(byVersion(all, '>=1.4 <2.1').tags).toEqual(['1.4.2', '2.0.0']);
  expect(byVersion(all, '^1', '2.1.x').tags).toEqual(['1.0.0', '1.4.2', '2.1.0']);
  expect(byVersion(all, '>=2').tags).toEqual(['2.0.0', '2.1.0']);
  expect(byVersion(all, '>=3.0.0-rc1').tags).toEqual(['3.0.0-rc1']);
});

test('globs to leave out win over the others', () => {
  const all = ['1.0.0', '1.1.0-rc1', '1.1.0', 'main'];
  expect(byVersion(all, '*', '!*-rc*').tags).toEqual(['1.0.0', '1.1.0']);
  expect(byVersion(all, '!1.0.*').tags).toEqual(['1.1.0-rc1', '1.1.0']);
});

test('by time all tags count but those of signatures', () => {
  const all = ['main', '1.0', '1', SIGNATURE, SIGNATURE.replace('.sig', '')];
  expect(selectTags(all, { patterns: [], order: 'created' }).tags).toEqual(['1', '1.0', 'main']);
});

test.each(['', ' ', '!'])('%j is no pattern', (pattern) => {
  expect(() => byVersion([], pattern)).toThrow('neither a glob nor a range');
});
