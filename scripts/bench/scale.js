// How cost grows: seconds and memory of a run over images ten times as large each, and what a start costs.
//   npm run bench:scale -- [--only KIND]… [--steps 1..3] [--rounds N] [--quick] [--json FILE] [--markdown FILE]
// Needs a build. --quick takes images a hundredth the size, to see that it runs. Images are generated once,
// into fixtures/.cache: 5 GB in all. The largest run takes 22 GB below TMPDIR.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { table } from '../table.js';
import { describeMachine, machine } from './machine.js';
import { measure } from './measure.js';
import { countOf } from './options.js';
import { RESLIM } from './preparations.js';
import { seededImage } from './seeded-image.js';
import { median } from './stats.js';
import { writeJson, writeMarkdown } from './write-results.js';

const CACHE = fileURLToPath(new URL('../../fixtures/.cache/bench', import.meta.url));

/** Raise it when the generator makes other images. */
const RECIPE = 1;

const STARTS = { full: 20, quick: 2 };

const QUICK = 100;

/** What grows, while all else stays the same. `amount` is in the unit. */
const KINDS = [
  {
    name: 'bytes',
    unit: 'MB',
    steps: [50, 500, 5000].map((amount) => ({ amount, bytes: amount * 1e6, files: 2000 })),
  },
  {
    name: 'files',
    unit: 'files',
    steps: [5000, 50_000, 500_000].map((amount) => ({
      amount,
      bytes: amount * 256,
      files: amount,
    })),
  },
  {
    name: 'sparse files',
    unit: 'files',
    // 20 GB and two million files at last, whose layers are stored in less than 1 GB.
    steps: [20_000, 200_000, 2_000_000].map((amount) => ({
      amount,
      bytes: amount * 10_000,
      files: amount,
      isSparse: true,
    })),
  },
];

/** Two million files are more than what is read by default. */
const MAX_ENTRIES = 3_000_000;

const say = (line) => process.stderr.write(`${line}\n`);

const runOnce = async (layout, folder) => {
  const own = join(folder, 'run');
  const [temp, cache] = [join(own, 'temp'), join(own, 'cache')];
  for (const path of [temp, cache]) await mkdir(path, { recursive: true });
  const target = `oci:${join(own, 'out')}:1`;
  const words = [process.execPath, RESLIM, `oci:${layout}:1.0`, '-o', target, '-q'];
  words.push('--max-entries', String(MAX_ENTRIES));
  try {
    return await measure([words], { temp, cache, env: { TMPDIR: temp, XDG_CACHE_HOME: cache } });
  } finally {
    await rm(own, { recursive: true, force: true });
  }
};

const measureStep = async (kind, step, { rounds, folder }) => {
  const { amount, bytes, files, isSparse } = step;
  const layout = join(CACHE, `${kind.name.replace(' ', '-')}-${bytes}-${files}-${RECIPE}`);
  await seededImage(layout, { bytes, files, isSparse });
  const samples = [];
  for (let round = 0; round < rounds; round++) samples.push(await runOnce(layout, folder));
  const of = (figure) => {
    const values = samples.map((sample) => sample[figure]).filter((value) => value !== null);
    return values.length === 0 ? null : median(values);
  };
  say(`  ${amount} ${kind.unit}: ${of('seconds').toFixed(2)} s`);
  return {
    amount,
    bytes,
    files,
    seconds: of('seconds'),
    cpuSeconds: of('cpuSeconds'),
    memoryBytes: of('memoryBytes'),
    tempBytes: of('tempBytes'),
  };
};

/** `growth` is the cost of one byte or file, relative to the step before: 1 where cost is linear. */
const withGrowth = (steps) =>
  steps.map((step, at) => {
    const before = steps[at - 1];
    const growth = before ? step.seconds / step.amount / (before.seconds / before.amount) : null;
    return { ...step, growth };
  });

const measureKind = async (kind, options) => {
  const wanted = kind.steps.slice(0, options.steps);
  const steps = [];
  for (const step of options.quick ? wanted.map(smaller) : wanted)
    steps.push(await measureStep(kind, step, options));
  return { name: kind.name, unit: kind.unit, steps: withGrowth(steps) };
};

const smaller = ({ amount, bytes, files, isSparse }) => ({
  isSparse,
  amount: amount / QUICK,
  bytes: bytes / QUICK,
  files: Math.max(4, Math.floor(files / QUICK / 4) * 4),
});

const COMMANDS = {
  '`reslim --help`': [RESLIM, '--help'],
  '`reslim --version`': [RESLIM, '--version'],
  '`node -e 0`, for comparison': ['-e', '0'],
};

const milliseconds = (words) => {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, words, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`${words.join(' ')} ended with code ${status}`);
  return performance.now() - started;
};

/** Alternately, so that a busy moment affects all. */
const measureStarts = (count) => {
  const samples = Object.keys(COMMANDS).map((command) => ({ command, all: [] }));
  for (let round = 0; round < count; round++)
    for (const { command, all } of samples) all.push(milliseconds(COMMANDS[command]));
  return samples.map(({ command, all }) => ({ command, milliseconds: median(all) }));
};

const kindTable = ({ name, unit, steps }) =>
  `### More ${name}\n\n${table(
    [unit, 's', `µs each ${unit === 'MB' ? 'MB' : 'file'}`, 'to the step before', 'memory', 'temp'],
    steps.map((step) => [
      String(step.amount),
      step.seconds.toFixed(2),
      ((step.seconds * 1e6) / step.amount).toFixed(0),
      step.growth === null ? '-' : step.growth.toFixed(2),
      step.memoryBytes === null ? '-' : (step.memoryBytes / 1e6).toFixed(0),
      (step.tempBytes / 1e6).toFixed(0),
    ]),
  )}`;

const describe = ({ machine: on, rounds, kinds, starts }) =>
  [
    `${describeMachine(on)}. Medians of ${rounds} rounds; sizes in MB.`,
    ...kinds.map(kindTable),
    `### Start-up\n\n${table(
      ['', 'ms'],
      starts.map((start) => [start.command, start.milliseconds.toFixed(0)]),
    )}`,
  ].join('\n\n');

const readFlags = () => {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: KINDS.map(({ name }) => name) },
      steps: { type: 'string', default: '3' },
      rounds: { type: 'string', default: '1' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      markdown: { type: 'string' },
    },
  });
  const [steps, rounds] = [countOf(values.steps, 'steps'), countOf(values.rounds, 'rounds')];
  return { ...values, steps, rounds };
};

mkdirSync(CACHE, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'reslim-bench-'));
try {
  const { json, markdown, ...options } = readFlags();
  const { rounds, quick } = options;
  const on = machine();
  const starts = measureStarts(quick ? STARTS.quick : STARTS.full);
  const kinds = [];
  for (const kind of KINDS.filter(({ name }) => options.only.includes(name)))
    kinds.push(await measureKind(kind, { ...options, folder }));
  const document = { schema: 1, machine: on, rounds, kinds, starts };
  const text = describe(document);
  process.stdout.write(`${text}\n`);
  writeJson(json, document);
  writeMarkdown(markdown, 'scale', text);
} catch (error) {
  say(`bench: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
