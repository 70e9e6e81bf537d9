import { readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { globbySync } from 'globby';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');

/** Rows of the table in ARCHITECTURE.md: room → the rooms it may import. It is the only such table. */
const table = new Map(
  [
    ...readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8').matchAll(
      /^\| `([\w.]+)` *\|[^|]*\| ([^|]*) \|$/gm,
    ),
  ].map(
    ([, room, list]) =>
      [room as string, (list as string).split(', ').map((each) => each.trim())] as const,
  ),
);

/** Paths below `src`, with forward slashes. AssemblyScript is another language: it imports without endings. */
const sources = globbySync(['**/*.{ts,tsx}', '!codec/{deflate,inflate}/**'], { cwd: SRC });

/** What a file imports of `src`: imports of types, re-exports and `import()` included. */
const importsOf = (file: string): string[] =>
  [...readFileSync(join(SRC, file), 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)]
    .map(([, target]) => relative(SRC, join(SRC, dirname(file), target as string)))
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !path.startsWith('..'));

/** A folder of `src`, or a file that lies in none. */
const roomOf = (file: string): string => file.split('/')[0] as string;

test('the table of ARCHITECTURE.md names every room, and every room exists', () => {
  expect([...table.keys()].sort()).toEqual([...new Set(sources.map(roomOf))].sort());
});

test('rooms import only what the table of ARCHITECTURE.md allows', () => {
  const forbidden = sources.flatMap((file) =>
    importsOf(file)
      .filter((target) => roomOf(target) !== roomOf(file))
      .filter((target) => !table.get(roomOf(file))?.includes(roomOf(target)))
      .map((target) => `${file} → ${target}`),
  );
  expect(forbidden).toEqual([]);
});

test('the table of ARCHITECTURE.md allows nothing that no file needs', () => {
  const used = new Set(
    sources.flatMap((file) =>
      importsOf(file).map((target) => `${roomOf(file)} → ${roomOf(target)}`),
    ),
  );
  const allowed = [...table].flatMap(([room, others]) =>
    others.filter((other) => other !== '-').map((other) => `${room} → ${other}`),
  );
  expect(allowed.filter((arrow) => !used.has(arrow))).toEqual([]);
});

test('no files import each other in a circle, types included', () => {
  const imports = new Map(sources.map((file) => [file, importsOf(file)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) circles.push([...path.slice(at), file].join(' → '));
    if (at >= 0 || done.has(file)) return;
    for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of sources) visit(file, []);
  expect(circles).toEqual([]);
});

/** Where `import()` may stand: in `cli/commands`, which load their actions, and in these files. */
const DYNAMIC_IMPORTS: Readonly<Record<string, readonly string[]>> = {
  // A result from the cache is written without the code that makes images: 40 ms less.
  'operations/slim-or-replay.ts': ['./slim-now.ts'],
  // An analysis from the cache is shown without the code that judges images: 80 ms less.
  'operations/analyze.ts': ['./look-at-files.ts', './analyze-now.ts'],
  // The parser of Dockerfiles and the practices, which only advice needs.
  'operations/advise.ts': ['./advise-image.ts'],
  // What compares images, which only one verb needs.
  'operations/diff.ts': ['./diff-images.ts'],
  // The same for what holds one against the other.
  'operations/verify.ts': ['./verify-trials.ts', './verify-images.ts'],
  'operations/verify-slim.ts': ['./verify-images.ts'],
  'operations/rebase.ts': ['./check-rebased.ts'],
  // semver is for histories alone: 60 ms less.
  'operations/trend.ts': ['../tags/select-tags.ts', '../tags/order-by-time.ts'],
  'operations/tags.ts': ['./tags-now.ts'],
  // The same for what `explore` finds out; and what draws on a terminal, React included, takes 200 ms.
  'operations/explore.ts': ['./explore-now.ts'],
  'cli/commands/explore-action.ts': ['../explore/run-view.tsx', '../settings/write-marks.ts'],
  // What serves metrics, prom-client above all: 40 ms less for all other verbs.
  'operations/exporter.ts': ['./serve-metrics.ts', './serve-metrics.ts'],
  // What mirrors, semver above all.
  'operations/mirror.ts': ['./mirror-now.ts'],
  // The same with croner and prom-client.
  'operations/watch-mirror.ts': ['./watch-mirror-now.ts'],
  // pino, for commands that run for long: 25 ms.
  'cli/display/log.ts': ['pino'],
  // The same for workers; and BullMQ with its client of Redis: 150 ms.
  'operations/worker.ts': ['./run-worker.ts'],
  'operations/join-fleet.ts': ['./open-fleet.ts'],
  'operations/mirror-status.ts': ['../queue/queue-status.ts'],
  // Packages that take 15 to 150 ms to load, and that most runs do without.
  'transport/archive/tar-file.ts': ['tar-stream'],
  'transport/archive/write-tar.ts': ['tar-stream'],
  'transport/engine/engine-connection.ts': ['undici'],
  'transport/registry/http/connections.ts': ['undici'],
  // The readers of YAML and TOML, with their schemas.
  'cli/settings/find-settings.ts': ['./read-settings.ts', './read-dive-rules.ts'],
  'cli/settings/mirror-options.ts': ['./read-mirror-file.ts'],
  'profiles/shipped-files.ts': ['globby'],
  'profiles/shipped-profiles.ts': ['./parse-profile.ts'],
  'profiles/shipped-families.ts': ['./parse-family.ts'],
  'rules/load-rule-book.ts': ['../profiles/load-profile.ts', '../recordings/read-recording.ts'],
  'transport/registry/mirrors/registries-conf.ts': ['./parse-registries-conf.ts'],
};

test('code is loaded late only by commands, and where that was measured to pay', () => {
  const found = sources.flatMap((file) => {
    const text = readFileSync(join(SRC, file), 'utf8');
    const loaded = [...text.matchAll(/\bimport\(\s*'([^']+)'/g)].map(([, name]) => name as string);
    if (/^cli\/commands\/(?!.*-action\.ts$)/.test(file)) {
      return loaded.every((name) => name.endsWith('-action.ts')) ? [] : [[file, loaded]];
    }
    return loaded.length > 0 ? [[file, loaded]] : [];
  });
  expect(Object.fromEntries(found)).toEqual(DYNAMIC_IMPORTS);
});

test('the root of src holds the entry of the library and folders', () => {
  expect(sources.filter((file) => !file.includes('/'))).toEqual(['index.ts']);
});
