// Measures what the next build of an image costs those who have the last one: docs/layering.md.
//   npm run bench:layering -- [--keep FOLDER]
// Needs a build, and what fixtures/updates/build.sh needs.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');
const UPDATES = ['application', 'security', 'dependency', 'base'];

/** Times of files that a build step writes anew differ from build to build, so all are set to one. */
const COMMON = ['--level', 'lean', '--timestamp', '2026-01-01T00:00:00Z', '--quiet'];
const LAYOUTS = {
  original: undefined,
  'one layer': ['--squash', 'all'],
  '--squash base': ['--squash', 'base'],
  '--layers 16': ['--layers', '16'],
  '--layers auto': ['--layers', 'auto'],
};

const blob = (layout, digest) => join(layout, 'blobs', ...digest.split(':'));
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** The layers of a tag, and the bytes of its manifest and config. */
const imageAt = (layout, tag) => {
  const { manifests } = readJson(join(layout, 'index.json'));
  const root = manifests.find(
    ({ annotations }) => annotations['org.opencontainers.image.ref.name'] === tag,
  );
  const { config, layers } = readJson(blob(layout, root.digest));
  return { layers, documents: root.size + config.size };
};

const total = (layers) => layers.reduce((bytes, { size }) => bytes + size, 0);

const megabytes = (bytes) => (bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 1);

const measure = (layout, before, after) => {
  const has = new Set(imageAt(layout, before).layers.map(({ digest }) => digest));
  const { layers, documents } = imageAt(layout, after);
  const missing = layers.filter(({ digest }) => !has.has(digest));
  return { download: total(missing) + documents, layers: missing.length };
};

const { values } = parseArgs({ options: { keep: { type: 'string' } } });
const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'reslim-layering-'));
try {
  mkdirSync(folder, { recursive: true });
  const source = join(folder, 'original');
  if (!existsSync(source))
    execFileSync(join(ROOT, 'fixtures/updates/build.sh'), [source], { stdio: 'inherit' });
  const rows = Object.entries(LAYOUTS).map(([name, options], at) => {
    const layout = options ? join(folder, String(at)) : source;
    if (options)
      for (const tag of ['first', ...UPDATES])
        execFileSync(
          process.execPath,
          [
            join(ROOT, 'bin/reslim.js'),
            `oci:${source}:${tag}`,
            ...['-o', `oci:${layout}:${tag}`, ...options, ...COMMON],
          ],
          { stdio: 'inherit' },
        );
    const { layers } = imageAt(layout, 'first');
    const cells = UPDATES.map((tag) => {
      const { download, layers: count } = measure(layout, 'first', tag);
      return `${megabytes(download)} (${count})`;
    });
    return [name, `${megabytes(total(layers))} (${layers.length})`, ...cells];
  });
  const head = ['layout', 'whole image', ...UPDATES];
  for (const row of [head, head.map(() => '---'), ...rows]) console.log(`| ${row.join(' | ')} |`);
} finally {
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
}
