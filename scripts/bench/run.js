// Compares reslim with other programs that squash or recompress images: docs/performance.md.
// npm run bench -- [--image NAME | --layout DIR] [--rounds N] [--only GROUPS] [--no-peers] [--json FILE]
// [--markdown FILE]
// Needs a build. Images of fixtures/images are built when they are missing, with what build.sh needs.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkGoals } from './goals.js';
import { GROUPS } from './groups.js';
import { isInstalled, machine } from './machine.js';
import { readOptions } from './options.js';
import { openPreparations } from './preparations.js';
import { describeResults } from './print-results.js';
import { openTar, readLayout } from './read-layout.js';
import { runRounds } from './run-rounds.js';
import { sum } from './stats.js';
import { summarizeGroup } from './summarize.js';
import { writeJson, writeMarkdown } from './write-results.js';

const BUILD = fileURLToPath(new URL('../../fixtures/images/build.sh', import.meta.url));

const say = (line) => process.stderr.write(`${line}\n`);

const findImage = async ({ image, layout }) => {
  const found = layout ?? execFileSync(BUILD, [image], { encoding: 'utf8' }).trim();
  const folder = resolve(found);
  const { tag, manifest } = readLayout(folder);
  if (tag === undefined) throw new Error(`the image has no tag, ${folder}`);
  return {
    name: layout === undefined ? image : basename(folder),
    layout: folder,
    tag,
    layers: manifest.layers.length,
    storedBytes: sum(manifest.layers.map(({ size }) => size)),
    unpackedBytes: await unpackedSize(folder, manifest.layers),
  };
};

const unpackedSize = async (layout, layers) => {
  let size = 0;
  for (const layer of layers)
    for await (const chunk of openTar(layout, layer)) size += chunk.length;
  return size;
};

/** Groups with the rows that can run here, and the names of those that cannot. */
const choose = ({ only, withPeers }) => {
  const left = [];
  const why = (row) => {
    const missing = row.needs.filter((tool) => !isInstalled(tool));
    if (row.isPeer && !withPeers) return '--no-peers';
    if (missing.length > 0) return `not installed here: ${missing.join(', ')}`;
    return undefined;
  };
  const groups = GROUPS.filter(({ name }) => only?.has(name) ?? true).map((group) => {
    const rows = group.rows.filter((row) => {
      const reason = why(row);
      if (reason) left.push({ group: group.name, name: row.name, why: reason });
      return reason === undefined;
    });
    return { ...group, rows };
  });
  return { groups: groups.filter(({ rows }) => rows.length > 0), left };
};

/** The image squashed and nothing else, by reslim and by crane. */
const sameContent = (groups) => {
  const bytes = (name) =>
    groups.flatMap(({ rows }) => rows).find((row) => row.name === name)?.outputBytes ?? null;
  const [crane, reslim] = [bytes('crane flatten'), bytes('reslim, squash only')];
  return crane === null || reslim === null ? null : { crane, reslim, ratio: reslim / crane };
};

const report = ({ round, row, sample, failure }) =>
  say(`  ${round}  ${row.name}: ${failure ?? `${sample.seconds.toFixed(2)} s`}`);

const bench = async (options, folder) => {
  const on = machine();
  const image = await findImage(options);
  const { groups, left } = choose(options);
  const prepared = await openPreparations(image, join(folder, 'prepared'));
  try {
    const { rounds } = options;
    const found = await runRounds(groups, { rounds, image, prepared, folder, onRun: report });
    const summed = groups.map((group) => summarizeGroup(group, found));
    const { layout: _, tag: _tag, ...about } = image;
    return {
      schema: 1,
      machine: on,
      image: about,
      rounds,
      groups: summed,
      sameContent: sameContent(summed),
      goals: checkGoals(summed, image),
      left,
    };
  } finally {
    await prepared.close();
  }
};

const folder = mkdtempSync(join(tmpdir(), 'reslim-bench-'));
try {
  const options = readOptions(
    process.argv.slice(2),
    GROUPS.map(({ name }) => name),
  );
  const document = await bench(options, folder);
  const text = describeResults(document);
  process.stdout.write(`${text}\n`);
  writeJson(options.json, document);
  writeMarkdown(options.markdown, 'bench', text);
  const isBroken = ({ rows }) => rows.some(({ isPeer, failure }) => !isPeer && failure);
  if (document.groups.some(isBroken)) process.exitCode = 1;
} catch (error) {
  say(`bench: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
