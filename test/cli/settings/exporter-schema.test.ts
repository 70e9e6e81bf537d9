import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { SCHEMAS, schemaText } from '../../../scripts/write-schemas.js';
import { exporterSchema, secondsOf } from '../../../src/cli/settings/exporter-schema.ts';

const text = schemaText(exporterSchema, SCHEMAS.exporter);
const check = new Ajv2020({ allErrors: true }).compile(JSON.parse(text) as object);

test('docs/exporter.schema.json is the schema that reslim checks (npm run schemas writes it)', async () => {
  const url = new URL('../../../docs/exporter.schema.json', import.meta.url);
  expect(await readFile(url, 'utf8')).toBe(text);
});

const repositories = [{ name: 'registry.example.com/app' }];

test.each<unknown>([
  { repositories },
  {
    repositories: [
      { name: 'a', tags: 'latest', match: ['^1', '!*-rc*'], newest: 3, platform: 'linux/arm64' },
    ],
  },
  { listen: ':9827', interval: '30s', concurrency: 2, labels: { team: 'a' }, repositories },
])('the schema accepts %j', (config) => {
  check(config);
  expect(check.errors).toBeNull();
});

test.each<unknown>([
  null,
  {},
  { repositories: [] },
  { repositories: [{}] },
  { repositories, interval: '5 minutes' },
  { repositories, concurrency: 0 },
  { repositories, username: 'x' },
  { repositories: [{ name: 'a', tags: ['^1'] }] },
])('the schema refuses %j', (config) => {
  expect(check(config)).toBe(false);
});

test('intervals are written as Prometheus writes them', () => {
  expect(['30s', '5m', '1h', 90].map(secondsOf)).toEqual([30, 300, 3600, 90]);
});
