import { join } from 'node:path';
import { globbySync } from 'globby';
import { expect, test } from 'vitest';
import { ECOSYSTEMS, isSystemType } from '../../src/ecosystems/known-ecosystems.ts';

const FOLDER = join(import.meta.dirname, '../../src/ecosystems');

test('every file that exports an ecosystem is in the list, under its own name', async () => {
  const files = globbySync('*.ts', { cwd: FOLDER });
  const exported = await Promise.all(
    files.map(async (file): Promise<string[]> => {
      const name = file.slice(0, -'.ts'.length);
      const module = (await import(join(FOLDER, file))) as Record<string, { name?: string }>;
      return module[name]?.name === name ? [name] : [];
    }),
  );
  expect(ECOSYSTEMS.map(({ name }) => name).sort()).toEqual(exported.flat().sort());
  expect(exported.flat()).toContain('node');
});

test('no extension and no file name stands for two kinds of sources', () => {
  const kinds = new Map<string, string>();
  for (const { kind, extensions = [], names = [] } of ECOSYSTEMS.flatMap((e) => e.sources ?? []))
    for (const key of [...extensions.map((each) => `.${each}`), ...names])
      expect([key, kinds.get(key) ?? kinds.set(key, kind).get(key)]).toEqual([key, kind]);
  expect(kinds.get('.py')).toBe('code');
});

test('patterns keep no state between two paths', () => {
  const patterns = ECOSYSTEMS.flatMap((each) => [
    ...(each.ignoredCallers ?? []),
    ...(each.alwaysRead ?? []),
    ...(each.packageSigns ?? []).map(({ path }) => path),
  ]);
  expect(patterns.filter(({ flags }) => flags !== '')).toEqual([]);
});

test.each([
  ['deb', true],
  ['apk', true],
  ['npm', false],
  ['jar', false],
])('packages of the type %s are those of a distribution: %s', (type, expected) => {
  expect(isSystemType(type)).toBe(expected);
});
