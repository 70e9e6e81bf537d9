import { readdir, readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { SCHEMAS, schemaText } from '../../scripts/write-schemas.js';
import { profileSchema } from '../../src/profiles/profile-schema.ts';

const PROFILES = new URL('../../profiles/', import.meta.url);
const text = schemaText(profileSchema, SCHEMAS.profile);
const check = new Ajv2020({ allErrors: true, validateFormats: false }).compile(
  JSON.parse(text) as object,
);

test('docs/profile.schema.json is the schema that the loader checks (npm run schemas writes it)', async () => {
  const url = new URL('../../docs/profile.schema.json', import.meta.url);
  expect(await readFile(url, 'utf8')).toBe(text);
});

test('every shipped profile fits docs/profile.schema.json', async () => {
  for (const file of (await readdir(PROFILES)).filter((name) => name.endsWith('.yaml'))) {
    check(parse(await readFile(new URL(file, PROFILES), 'utf8')));
    expect({ file, errors: check.errors }).toEqual({ file, errors: null });
  }
});

test.each<[string, object]>([
  ['a key nobody knows', { name: 'x', title: 'x', rule: [] }],
  [
    'a level nobody knows',
    {
      name: 'x',
      title: 'x',
      rules: [{ id: 'a', match: '/x', category: 'c', reason: 'r', level: 'full' }],
    },
  ],
  ['no reason', { name: 'x', title: 'x', rules: [{ id: 'a', match: '/x', category: 'c' }] }],
  ['an id with capitals', { name: 'X', title: 'x' }],
])('an editor underlines %s', (_, value) => {
  expect(check(value)).toBe(false);
});
