// Compares reslim mirror with other programs that copy all tags of repositories between registries: docs/performance.md.
//   npm run bench:mirror-peers -- [--repositories N] [--tags N] [--rounds N] [--in-memory] [--quick] [--no-peers] [--json FILE] [--markdown FILE]
// Needs a build and docker-registry.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startDistribution } from './distribution.js';
import { isInstalled, machine } from './machine.js';
import { pushImages } from './mirror-images.js';
import { describeMirrors } from './mirror-results.js';
import { ROWS } from './mirror-rows.js';
import { RUNS, runMirror } from './mirror-run.js';
import { countOf } from './options.js';
import { median, sum } from './stats.js';
import { writeJson, writeMarkdown } from './write-results.js';

const QUICK = { repositories: 2, tags: 2, rounds: 1, shrink: 100 };

const FIGURES = [
  ...['seconds', 'cpuSeconds', 'memoryBytes', 'sourceRequests', 'targetRequests'],
  ...['readBytes', 'writtenBytes'],
];

const say = (line) => process.stderr.write(`${line}\n`);

const readFlags = () => {
  const { values } = parseArgs({
    options: {
      repositories: { type: 'string', default: '8' },
      tags: { type: 'string', default: '5' },
      rounds: { type: 'string', default: '5' },
      'in-memory': { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      'no-peers': { type: 'boolean', default: false },
      json: { type: 'string' },
      markdown: { type: 'string' },
    },
  });
  const flags = ['repositories', 'tags', 'rounds'];
  const counts = Object.fromEntries(flags.map((flag) => [flag, countOf(values[flag], flag)]));
  return { ...values, ...counts, ...(values.quick && QUICK) };
};

/** Medians of all rounds. `ofReslim` are the samples of the first row in the same rounds. */
const summarize = (samples, ofReslim) => {
  const of = (figure) => {
    const values = samples.map((sample) => sample[figure]).filter((value) => value !== null);
    return values.length === 0 ? null : median(values);
  };
  return {
    ...Object.fromEntries(FIGURES.map((figure) => [figure, of(figure)])),
    allSeconds: samples.map(({ seconds }) => seconds),
    // Of each round by itself: a busy moment of the machine affects all of a round alike.
    ratio: median(samples.map(({ seconds }, round) => seconds / ofReslim[round].seconds)),
  };
};

const bench = async (options, folder) => {
  const on = machine();
  const keepsFiles = !options['in-memory'];
  const source = await startDistribution(join(folder, 'source'), { keepsFiles });
  try {
    const pushed = await pushImages(source.host, options);
    const isWanted = (row) => !(row.isPeer && options['no-peers']);
    const rows = ROWS.filter((row) => isWanted(row) && row.needs.every(isInstalled));
    const found = new Map(rows.map((row) => [row, []]));
    for (let round = 1; round <= options.rounds; round++)
      for (const row of rows) {
        const samples = await runMirror(row, { source, pushed, folder, keepsFiles });
        found.get(row).push(samples);
        const seconds = samples.map((sample) => `${sample.seconds.toFixed(2)} s`);
        say(`  ${round}  ${row.name}: ${seconds.join(', then ')}`);
      }
    const samplesOf = (row, at) => found.get(row).map((samples) => samples[at]);
    return {
      schema: 1,
      machine: on,
      rounds: options.rounds,
      inMemory: options['in-memory'],
      tags: pushed.images.size,
      storedBytes: sum([...pushed.sizes.values()]),
      rows: rows.map((row) => ({
        name: row.name,
        isPeer: row.isPeer,
        note: row.note ?? null,
        runs: RUNS.map((run, at) => ({
          run,
          ...summarize(samplesOf(row, at), samplesOf(rows[0], at)),
        })),
      })),
      left: ROWS.filter((row) => isWanted(row) && !rows.includes(row)).map(({ name }) => ({
        name,
        why: 'not installed here',
      })),
    };
  } finally {
    await source.close();
  }
};

const folder = mkdtempSync(join(tmpdir(), 'reslim-bench-'));
try {
  const options = readFlags();
  const document = await bench(options, folder);
  const text = describeMirrors(document);
  process.stdout.write(`${text}\n`);
  writeJson(options.json, document);
  writeMarkdown(options.markdown, 'mirror-peers', text);
} catch (error) {
  say(`bench: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
