import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { END, rawMember } from '../../fixtures/raw-tar.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TEXT = 'a line that says little, and says it again\n'.repeat(500);

const folder = tempFolder();
const layout = join(folder, 'tiny');

const bench = (script: string, ...words: string[]) =>
  spawnSync(process.execPath, [join(ROOT, 'scripts/bench', script), ...words], {
    encoding: 'utf8',
  });

const jsonOf = (script: string, ...words: string[]) => {
  const file = join(folder, `${script}.json`);
  const { status, stderr } = bench(script, ...words, '--json', file);
  expect(status, stderr).toBe(0);
  return JSON.parse(readFileSync(file, 'utf8'));
};

/** Names of all members, at any depth. */
const namesIn = (value: unknown): string[] =>
  value === null || typeof value !== 'object'
    ? []
    : Object.entries(value).flatMap(([name, inner]) => [
        ...(Array.isArray(value) ? [] : [name]),
        ...namesIn(inner),
      ]);

const expectDocumented = (document: object): void => {
  const page = readFileSync(join(ROOT, 'docs/performance.md'), 'utf8');
  const missing = new Set(namesIn(document).filter((name) => !page.includes(`\`${name}\``)));
  expect([...missing]).toEqual([]);
};

beforeAll(async () => {
  await createLayout(layout);
  const tars = [
    [rawMember({ name: 'usr/lib/base.js', body: TEXT }), END],
    [
      rawMember({ name: 'app/main.js', body: TEXT }),
      rawMember({ name: 'tmp/left', body: 'x' }),
      END,
    ],
    [rawMember({ name: 'app/.wh.gone.js' }), END],
  ];
  const layers = [];
  for (const tar of tars) layers.push(await putLayer(layout, tar));
  await putImage(layout, '1.0', { layers, config: { config: { WorkingDir: '/app' } } });
});

describe('npm run bench:micro', () => {
  test('measures every piece', () => {
    const document = jsonOf('micro.js', '--quick');
    const names = document.cases.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['gunzip', 'tar index', 'read PAX records']));
    for (const { perSecond } of document.cases) expect(perSecond).toBeGreaterThan(0);
    expectDocumented(document);
  });
});

describe('npm run bench:scale', () => {
  test('measures steps of bytes and of files, and the start', () => {
    const document = jsonOf('scale.js', '--quick', '--steps', '2');
    expect(document.kinds.map(({ name }: { name: string }) => name)).toEqual([
      'bytes',
      'files',
      'sparse files',
    ]);
    for (const { steps } of document.kinds) {
      expect(steps).toMatchObject([{ growth: null }, { growth: expect.any(Number) }]);
      for (const { seconds } of steps) expect(seconds).toBeGreaterThan(0);
    }
    expect(document.starts).toHaveLength(3);
    for (const start of document.starts) expect(start.milliseconds).toBeGreaterThan(0);
    expectDocumented(document);
  });
});

interface MeasuredRun {
  readonly name: string;
  readonly requests: object;
  readonly bytes: { readonly received: number; readonly sent: number };
  readonly expected: {
    readonly requests: object;
    readonly bytes?: { readonly received: number; readonly sent: number };
  };
}

interface MeasuredPlan {
  readonly images: number;
  readonly queuedBytes: number;
  readonly expected: { readonly queuedBytes: number };
}

describe.runIf(requireTools('docker-registry', 'redis-server'))('npm run bench:mirror', () => {
  test.each([
    ['one platform', ['--images', '24', '--planned', '1000']],
    ['indexes', ['--images', '7', '--planned', '7', '--platforms', '2', '--layers', '2']],
  ])('costs what the model says, with %s', (_, shape) => {
    // One at a time: with more, two may look for a layer before one of them uploads it.
    const words = [...shape, '--repositories', '3', '--concurrency', '1'];
    const { runs, plans } = jsonOf('mirror-scale.js', ...words);
    expect(runs).toHaveLength(4);
    for (const { name, requests, bytes, expected } of runs as readonly MeasuredRun[]) {
      expect({ name, requests }).toEqual({ name, requests: expected.requests });
      if (!expected.bytes) continue;
      expect(bytes.received / expected.bytes.received).toBeCloseTo(1, 1);
      expect(bytes.sent / expected.bytes.sent).toBeCloseTo(1, 1);
    }
    for (const { queuedBytes, expected } of plans as readonly MeasuredPlan[])
      expect(Math.abs(queuedBytes / expected.queuedBytes - 1)).toBeLessThan(0.1);
  });
});

describe.runIf(requireTools('docker-registry'))('npm run bench:mirror-peers', () => {
  test('measures both runs, and counts what registries are asked and get', () => {
    const document = jsonOf('mirror-peers.js', '--quick', '--no-peers');
    expect(document).toMatchObject({ rounds: 1, tags: 4, left: [] });
    const [{ runs }] = document.rows;
    // Every blob goes there once, whatever is shared; the second run asks for tags alone, of two repositories.
    expect(runs[0].writtenBytes).toBeGreaterThan(document.storedBytes * 0.9);
    expect(runs[0].writtenBytes).toBeLessThanOrEqual(document.storedBytes);
    expect(runs[1]).toMatchObject({ sourceRequests: 4 + 2 + 1, targetRequests: 4 + 1 });
    expect(runs[1]).toMatchObject({ writtenBytes: 0, ratio: 1 });
    expectDocumented(document);
  });
});

describe('npm run bench', () => {
  test('measures every row of reslim and names the rows left out', () => {
    const document = jsonOf('run.js', '--layout', layout, '--rounds', '1', '--no-peers');
    expect(document).toMatchObject({
      schema: 1,
      rounds: 1,
      image: { name: 'tiny', layers: 3, unpackedBytes: expect.any(Number) },
      machine: { cores: expect.any(Number), node: process.versions.node },
      sameContent: null,
    });
    const rows = document.groups.flatMap((group: { rows: object[] }) => group.rows);
    expect(rows.length).toBe(30);
    for (const row of rows) {
      expect(row).toMatchObject({ failure: null, isPeer: false });
      expect(row.seconds).toBeGreaterThan(0);
      expect(row.allSeconds).toHaveLength(1);
      expect(row.cpuSeconds).toBeGreaterThan(0);
      // On a busy machine a short run may end before anybody has looked at it.
      if (row.memoryBytes !== null) expect(row.memoryBytes).toBeGreaterThan(10e6);
      if (row.name.startsWith('registry,')) expect(row.requests).toBeGreaterThan(5);
      else if (row.name.startsWith('slow,')) expect(row.requests).toBeGreaterThan(2);
      else if (row.name.startsWith('physical bound')) expect(row.outputBytes).toBeNull();
      else expect(row.outputBytes).toBeGreaterThan(0);
    }
    expect(
      rows.filter((row: { memoryBytes: number | null }) => row.memoryBytes !== null).length,
    ).toBeGreaterThan(7);
    for (const { rows: each } of document.groups) expect(each[0].ratio).toBe(1);
    const met = Object.fromEntries(
      document.goals.map(({ goal, met: is }: { goal: string; met: boolean }) => [goal, is]),
    );
    expect(met).toMatchObject({
      'the same digest with a cold and a warm cache (digests)': true,
      'the changed file is in the new image (digests)': true,
      'registry, nothing changed: at most 10 requests (requests)': true,
      'registry, nothing changed, --squash none: at most 10 requests (requests)': true,
      'one layer changed, --squash none: the same digest with a cache and without (digests)': true,
      'one layer changed, --layers auto: the same digest with a cache and without (digests)': true,
      'one layer changed, --squash all: the same digest with a cache and without (digests)': true,
      'one layer changed, --level lean: the same digest with a cache and without (digests)': true,
      'skopeo copy to zstd takes at least 1.5 times as long': null,
    });
    const left = document.left.map(({ name }: { name: string }) => name);
    expect(left).toEqual(expect.arrayContaining(['crane flatten', 'skopeo copy to zstd']));
    expectDocumented(document);
  });

  test('replaces the table between the marks of a page and leaves the rest', () => {
    const page = join(folder, 'page.md');
    writeFileSync(page, 'before\n<!-- bench:start -->\nstale figures\n<!-- bench:end -->\nafter\n');
    const words = ['--layout', layout, '--rounds', '1', '--no-peers', '--only', 'untouched'];
    const { status, stdout, stderr } = bench('run.js', ...words, '--markdown', page);
    expect(status, stderr).toBe(0);
    const text = readFileSync(page, 'utf8');
    expect(text).toMatch(/^before\n<!-- bench:start -->\n\n/);
    expect(text).toMatch(/\n\n<!-- bench:end -->\nafter\n$/);
    expect(text).not.toContain('stale figures');
    expect(text).toContain(stdout.trim());
  });

  test.each([
    [['--only', 'bzip'], 'no group named bzip'],
    [['--rounds', '0'], '--rounds takes a number from 1 up, not 0'],
    [['--layout', '/nowhere'], 'ENOENT'],
  ])('refuses %j with one line', (words, message) => {
    const { status, stderr } = bench('run.js', ...words);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
