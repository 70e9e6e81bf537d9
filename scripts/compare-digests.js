// Whether two builds write the same images: slims each layout in several ways with both and compares the
// digests, or the errors where both refuse. Prints a table; ends with 1 when anything differs. `same layers`:
// layers and configs are the same, and only annotations of the manifests differ.
// Each result is printed in full on stderr as it comes.
//   node scripts/compare-digests.js --before DIR --after DIR [LAYOUT[:TAG]...]
// DIR is a checkout that is built. Without layouts: the built images of fixtures/images and the odd images.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { loadTypeScript } from './load-typescript.js';
import { table } from './table.js';

const WAYS = {
  safe: ['--level', 'safe'],
  lean: ['--level', 'lean'],
  'no profile': ['--profile', 'none'],
  'squash none': ['--squash', 'none'],
  zstd: ['--compression', 'zstd'],
};

const IMAGES = join(import.meta.dirname, '../fixtures/.cache/images');

const main = async () => {
  const { values, positionals } = parseArgs({
    options: { before: { type: 'string' }, after: { type: 'string' } },
    allowPositionals: true,
  });
  for (const side of ['before', 'after']) {
    if (!existsSync(join(values[side] ?? '', 'dist/index.js')))
      throw new Error(`--${side} takes the folder of a checkout that is built`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'reslim-digests-'));
  try {
    const layouts =
      positionals.length > 0 ? positionals.map(parseLayout) : await fixtureLayouts(folder);
    const rows = [];
    for (const layout of layouts) {
      const cells = [];
      for (const [way, options] of Object.entries(WAYS)) {
        const cell = await compare(values, layout, options, join(folder, 'target'));
        process.stderr.write(`${layout.name}, ${way}: ${cell}\n`);
        cells.push(cell.includes(' → ') ? 'differs' : cell);
      }
      rows.push([layout.name, ...cells]);
    }
    process.stdout.write(`${table(['layout', ...Object.keys(WAYS)], rows)}\n`);
    const count = rows.flat().filter((cell) => cell === 'differs').length;
    process.stdout.write(`\n${count === 0 ? 'Nothing differs.' : `${count} differ.`}\n`);
    process.exitCode = count === 0 ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const parseLayout = (text) => {
  const [, path, tag = '1.0'] = /^(.*?)(?::([^:/]*))?$/.exec(text);
  return { name: basename(path), path, tag };
};

const fixtureLayouts = async (folder) => {
  const names = await readdir(IMAGES).catch(() => []);
  const images = names
    .sort()
    .map((name) => ({ name: name.replace(/-\d+-\w+$/, ''), path: join(IMAGES, name), tag: '1.0' }))
    .filter(({ path }) => existsSync(join(path, 'index.json')) && !path.endsWith('.part'));
  return [...images, ...(await oddLayouts(join(folder, 'odd')))];
};

const oddLayouts = async (folder) => {
  const { writeOddLayout } = await loadTypeScript('fixtures/odd/layout.ts');
  const { ODD_IMAGES } = await loadTypeScript('fixtures/hostile/odd-images.ts');
  const { openLyingLayout } = await loadTypeScript('fixtures/hostile/lying-layout.ts');
  const every = { name: 'every odd entry', path: join(folder, 'every'), tag: '1.0' };
  await writeOddLayout(every.path);
  const odd = [];
  for (const [at, { name, make }] of ODD_IMAGES.entries()) {
    const path = join(folder, String(at));
    await make(await openLyingLayout(path));
    odd.push({ name, path, tag: 'x' });
  }
  return [every, ...odd];
};

/** The result of both where it is the same, in a word, or else that of each. */
const compare = async ({ before, after }, layout, options, target) => {
  const old = await slim(before, layout, options, target);
  const now = await slim(after, layout, options, target);
  if (old.error ?? now.error) {
    if (old.error === now.error) return 'same error';
    return `${old.error ?? old.digest} → ${now.error ?? now.digest}`;
  }
  if (old.digest === now.digest) return 'same';
  return old.contents === now.contents ? 'same layers' : `${old.digest} → ${now.digest}`;
};

/** Of the slim image, the digest, and those of its configs and layers; or the error. Nothing comes from the cache. */
const slim = async (checkout, { path, tag }, options, target) => {
  await rm(target, { recursive: true, force: true });
  const words = [`oci:${path}:${tag}`, '-o', `oci:${target}:slim`, '--quiet', ...options];
  try {
    await promisify(execFile)(process.execPath, [join(checkout, 'bin/reslim.js'), ...words], {
      env: { ...process.env, RESLIM_NO_CACHE: '1' },
    });
  } catch ({ stderr, message }) {
    return { error: /^error: .*/m.exec(stderr)?.[0] ?? message };
  }
  const { manifests } = await readJson(join(target, 'index.json'));
  return { digest: manifests[0].digest, contents: await contentsOf(target, manifests[0]) };
};

const contentsOf = async (layout, { digest }) => {
  const document = await readJson(join(layout, 'blobs', digest.replace(':', '/')));
  if (!document.manifests)
    return [document.config, ...document.layers].map((blob) => blob.digest).join();
  const images = await Promise.all(document.manifests.map((image) => contentsOf(layout, image)));
  return images.join();
};

const readJson = async (path) => JSON.parse(await readFile(path, 'utf8'));

try {
  await main();
} catch (error) {
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 2;
}
