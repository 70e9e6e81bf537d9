import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import schema from '../../../docs/mirror-report.schema.json' with { type: 'json' };
import { jsonLines } from '../../../src/report/json-lines.ts';
import { mirrorDocument } from '../../../src/report/mirror/mirror-document.ts';
import { digest, mirrored, SAMPLE } from './support/sample-mirror.ts';

const validate = new Ajv2020({ allErrors: true, validateFormats: false }).compile(schema);

const read = (result = SAMPLE): Record<string, unknown> =>
  JSON.parse([...jsonLines(mirrorDocument(result, '0.1.0'))].join('')) as Record<string, unknown>;

test.each([
  ['of everything', SAMPLE],
  ['that took parts of a millisecond', { ...SAMPLE, durationMs: 0.7 }],
  ['without images', mirrored()],
])('the document of a run %s fits its schema', (_, result) => {
  validate(read(result));
  expect(validate.errors).toBeNull();
});

test('the schema has every member: another one is refused', () => {
  const document = read();
  expect(validate({ ...document, more: 1 })).toBe(false);
  expect(validate({ ...document, totals: { ...(document['totals'] as object), more: 1 } })).toBe(
    false,
  );
});

test('it has totals, entries, and a line for each image', () => {
  const document = read();
  expect(document['totals']).toEqual({
    images: 10,
    statuses: { done: 3, unchanged: 4, waiting: 1, 'left-out': 1, failed: 1, interrupted: 0 },
    replaced: 1,
    deleted: 1,
    failures: 3,
    sourceSize: 180_000_000,
    targetSize: 100_000_000,
  });
  expect(document['entries']).toMatchObject([
    { name: 'app', images: 7, failures: 2 },
    { name: 'library', images: 3, failures: 0 },
    { name: 'tools', images: 0, failures: 1 },
  ]);
  expect((document['images'] as object[])[1]).toEqual({
    entry: 'app',
    source: 'docker://source.example/team/app:latest',
    target: 'docker://registry.example/mirror/app:latest',
    copy: false,
    status: 'done',
    digest: digest('a'),
    targetDigest: digest('b'),
    replacedDigest: digest('c'),
    backup: 'latest-before',
    sourceSize: 60_000_000,
    targetSize: 20_000_000,
    attempts: 1,
    durationMs: 1200,
  });
  const lines = [...jsonLines(mirrorDocument(SAMPLE, '0.1.0'))];
  expect(lines.filter((line) => line.includes('"status": "unchanged"'))).toHaveLength(4);
});
