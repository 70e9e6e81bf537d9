import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { SCHEMAS, schemaText } from '../../../scripts/write-schemas.js';
import { settingsSchema } from '../../../src/cli/settings/settings-schema.ts';

const text = schemaText(settingsSchema, SCHEMAS.settings);
const check = new Ajv2020({ allErrors: true }).compile(JSON.parse(text) as object);

test('docs/settings.schema.json is the schema that reslim checks (npm run schemas writes it)', async () => {
  const url = new URL('../../../docs/settings.schema.json', import.meta.url);
  expect(await readFile(url, 'utf8')).toBe(text);
});

test.each<unknown>([
  null,
  {},
  { profile: 'auto', keep: ['/a', '**/b'], level: 'lean', timestamp: 0, 'compression-level': 22 },
  { env: { A: '1' }, label: ['a=b'], annotation: 'a=b', entrypoint: ['app'], cmd: '', user: '' },
  { 'upx-args': '--best --lzma', upx: true, platform: ['linux/amd64'], timestamp: '2026-01-31' },
])('docs/settings.schema.json accepts %j', (settings) => {
  check(settings);
  expect(check.errors).toBeNull();
});

test.each<unknown>([
  { levle: 'safe' },
  { level: 'max' },
  { strip: 'yes' },
  { 'compression-level': 23 },
  { env: { A: 1 } },
  { entrypoint: { app: 1 } },
  // Options that may not stand in a file.
  { output: 'x' },
  { 'max-size': 1 },
  { insecure: ['registry.example.com'] },
])('docs/settings.schema.json refuses %j', (settings) => {
  expect(check(settings)).toBe(false);
});
