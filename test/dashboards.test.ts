import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { DEFAULT_THRESHOLD } from '../src/api/vocabulary.ts';
import { mirrorMetrics } from '../src/report/mirror/metrics.ts';
import { SAMPLE } from './report/mirror/support/sample-mirror.ts';
import { skipWithout } from './support/requires.ts';
import { tempFolder } from './support/temp-folder.ts';

const FOLDER = join(import.meta.dirname, '../dashboards');

const text = { type: 'string', minLength: 1 } as const;
const datasource = {
  type: 'object',
  required: ['type', 'uid'],
  properties: { type: { const: 'prometheus' }, uid: { const: '${datasource}' } },
  additionalProperties: false,
} as const;

/**
 * The members of a dashboard that Grafana documents, as strict as it is in importing one.
 * https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
 */
const BOARD = {
  type: 'object',
  required: [
    'title',
    'uid',
    'schemaVersion',
    'panels',
    'templating',
    'time',
    'annotations',
    'tags',
  ],
  properties: {
    title: text,
    uid: { type: 'string', pattern: '^[\\w-]{1,40}$' },
    // Set by the server that holds the dashboard.
    id: false,
    schemaVersion: { type: 'integer', minimum: 36 },
    version: { type: 'integer' },
    graphTooltip: { enum: [0, 1, 2] },
    time: { type: 'object', required: ['from', 'to'] },
    tags: { type: 'array', items: text },
    panels: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: [
          'id',
          'type',
          'title',
          'description',
          'datasource',
          'gridPos',
          'targets',
          'fieldConfig',
          'options',
        ],
        properties: {
          id: { type: 'integer', minimum: 1 },
          type: { enum: ['stat', 'timeseries', 'table'] },
          title: text,
          datasource,
          gridPos: {
            type: 'object',
            required: ['h', 'w', 'x', 'y'],
            properties: {
              h: { type: 'integer', minimum: 1 },
              w: { type: 'integer', minimum: 1, maximum: 24 },
              x: { type: 'integer', minimum: 0, maximum: 23 },
              y: { type: 'integer', minimum: 0 },
            },
            additionalProperties: false,
          },
          targets: {
            type: 'array',
            minItems: 1,
            items: {
              type: 'object',
              required: ['refId', 'expr', 'datasource'],
              properties: {
                refId: { pattern: '^[A-Z]$' },
                expr: text,
                datasource,
                format: { enum: ['table'] },
              },
            },
          },
          fieldConfig: {
            type: 'object',
            required: ['defaults', 'overrides'],
            properties: {
              defaults: {
                type: 'object',
                properties: { unit: { enum: ['short', 'decbytes', 's', 'percentunit'] } },
              },
              overrides: { type: 'array', items: { required: ['matcher', 'properties'] } },
            },
          },
        },
      },
    },
    templating: {
      type: 'object',
      required: ['list'],
      properties: {
        list: {
          type: 'array',
          items: {
            type: 'object',
            required: ['name', 'type', 'query'],
            properties: { type: { enum: ['datasource', 'query'] }, refresh: { enum: [0, 1, 2] } },
          },
        },
      },
    },
    annotations: { type: 'object', required: ['list'] },
  },
};

interface Board {
  readonly panels: readonly {
    readonly id: number;
    readonly gridPos: {
      readonly x: number;
      readonly y: number;
      readonly w: number;
      readonly h: number;
    };
    readonly targets: readonly { readonly expr: string }[];
  }[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
}

const readBoard = async (name: string): Promise<Board> =>
  JSON.parse(await readFile(join(FOLDER, name), 'utf8')) as Board;

const BOARDS = ['grafana.json', 'mirror.json'];

test.each(BOARDS)('%s has the shape that Grafana documents', async (name) => {
  const check = new Ajv2020({ allErrors: true, strict: false }).compile(BOARD);
  check(await readBoard(name));
  expect(check.errors).toBeNull();
});

test.each(BOARDS)('%s has panels with ids of their own that do not overlap', async (board) => {
  const { panels, templating } = await readBoard(board);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, at) => `${x + (at % w)}:${y + Math.floor(at / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  // Variables in queries exist.
  const known = new Set(templating.list.map(({ name }) => name));
  const used = panels.flatMap(({ targets }) =>
    targets.flatMap(({ expr }) => expr.match(/(?<=\$)\w+/g) ?? []),
  );
  expect([...new Set(used)].filter((name) => !known.has(name))).toEqual([]);
});

test.each(BOARDS)('what %s asks is PromQL', async (name) => {
  skipWithout('promtool');
  const { panels } = await readBoard(name);
  const asked = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  const rules = asked.map((expr, at) => ({ record: `q${at}`, expr }));
  const file = join(tempFolder(), 'rules.yaml');
  await writeFile(file, JSON.stringify({ groups: [{ name, rules }] }));
  const check = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
  expect(check.status, check.stderr).toBe(0);
});

test('the alert and the dashboard have the threshold of trend', async () => {
  const rules = await readFile(join(FOLDER, 'rules.yaml'), 'utf8');
  expect(rules).toContain(`expr: reslim:image_growth:ratio1d >= ${DEFAULT_THRESHOLD}`);
  const { panels } = await readBoard('grafana.json');
  expect(panels[1]?.targets[0]?.expr).toContain(`>= ${DEFAULT_THRESHOLD})`);
});

test('alerts and dashboard of mirrors ask for metrics that runs have', async () => {
  const metrics = mirrorMetrics({ name: 'mirror', result: SAMPLE, finishedAt: 0 });
  const known = new Set(metrics.map(({ name }) => name));
  const texts = await Promise.all(
    ['mirror.json', 'rules.yaml'].map((name) => readFile(join(FOLDER, name), 'utf8')),
  );
  const asked = texts.flatMap((each) => each.match(/\breslim_mirror_\w+/g) ?? []);
  expect(asked.length).toBeGreaterThan(15);
  expect([...new Set(asked)].filter((name) => !known.has(name))).toEqual([]);
});

test('the rules pass their tests', () => {
  skipWithout('promtool');
  const run = (...args: readonly string[]) =>
    spawnSync('promtool', args, { cwd: FOLDER, encoding: 'utf8' });
  expect(run('check', 'rules', 'rules.yaml')).toMatchObject({ status: 0 });
  const tests = run('test', 'rules', 'rules.test.yaml');
  expect(tests.status, tests.stdout + tests.stderr).toBe(0);
});
