import { readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { globbySync } from 'globby';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** Rows of the table in ARCHITECTURE.md: folder → what it may import. */
const borders = new Map(
  [
    ...readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8').matchAll(
      /^\| `(\w+)` *\|[^|]*\| ([^|]*) \|$/gm,
    ),
  ].map(
    ([, room, list]) =>
      [room as string, new Set((list as string).split(', ').map((each) => each.trim()))] as const,
  ),
);

/** Files beside the rooms that everyone may import. */
const SHARED = new Set([
  'errors.ts',
  'limits.ts',
  'events.ts',
  'io-error.ts',
  'byte-path.ts',
  'home-folder.ts',
  'parallel.ts',
  'recipe.ts',
  'slim-types.ts',
  'zstd.ts',
]);

const sources = globbySync('src/**/*.ts', { cwd: ROOT });

const importsOf = (file: string): string[] =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(
    ([, target]) =>
      relative(join(ROOT, 'src'), join(ROOT, dirname(file), target as string))
        .split(sep)
        .join('/'),
  );

test('the table names every room, and every room exists', () => {
  const rooms = new Set(
    sources
      .map((file) => file.split('/'))
      .flatMap(([, room, rest]) => (rest ? [room as string] : [])),
  );
  expect([...borders.keys()].sort()).toEqual([...rooms].sort());
});

test('files import only what ARCHITECTURE.md allows their room', () => {
  const trespassers = sources.flatMap((file) => {
    const [, room, rest] = file.split('/');
    if (rest === undefined) return [];
    const allowed = borders.get(room as string);
    return importsOf(file)
      .filter((target) => {
        const [other, inner] = target.split('/') as [string, string?];
        if (inner === undefined) return !SHARED.has(other) && !allowed?.has(other);
        return other !== room && !allowed?.has(other);
      })
      .map((target) => `${file} → ${target}`);
  });
  expect(trespassers).toEqual([]);
});

test('nothing imports the shell', () => {
  expect(
    sources.filter(
      (file) =>
        !file.startsWith('src/cli/') && importsOf(file).some((target) => target.startsWith('cli/')),
    ),
  ).toEqual([]);
});
